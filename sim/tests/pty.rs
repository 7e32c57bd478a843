//! A simulated port, as a process on its other end sees it.

use sortie_sim::devices::pty::PtyPort;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};

fn read_all(port: &mut PtyPort) -> Vec<u8> {
    let mut buffer = [0; 256];
    let length = port.read(&mut buffer);
    buffer[..length].to_vec()
}

#[test]
fn bytes_pass_unchanged_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let mut port = PtyPort::new(folder.path().join("tty/scale")).unwrap();
    assert!(!port.is_open());
    let mut host = OpenOptions::new().read(true).write(true).open(port.link()).unwrap();
    assert!(port.is_open());
    // Every value, because a terminal in the wrong mode changes only some of them.
    let every: Vec<u8> = (0..=255).collect();
    port.send(&every);
    let mut got = [0; 256];
    host.read_exact(&mut got).unwrap();
    assert_eq!(got.as_slice(), every);
    host.write_all(&every).unwrap();
    assert_eq!(read_all(&mut port), every);
    assert_eq!((port.counts().to_host, port.counts().from_host, port.counts().dropped), (256, 256, 0));
}

#[test]
fn nothing_waits_for_a_host_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut port = PtyPort::new(folder.path().join("board")).unwrap();
    port.send(b"too early");
    let mut host = OpenOptions::new().read(true).write(true).open(port.link()).unwrap();
    port.send(b"now");
    let mut got = [0; 64];
    let length = host.read(&mut got).unwrap();
    assert_eq!(&got[..length], b"now");
    drop(host);
    assert!(!port.is_open());
    port.send(b"too late");
    assert_eq!((port.counts().to_host, port.counts().dropped), (3, 17));
    // The host may come back as often as it likes.
    let mut host = OpenOptions::new().read(true).write(true).open(port.link()).unwrap();
    host.write_all(b"again").unwrap();
    assert_eq!(read_all(&mut port), b"again");
}

#[test]
fn an_unplugged_port_ends_and_comes_back_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut port = PtyPort::new(folder.path().join("board")).unwrap();
    let link = port.link().to_owned();
    let mut host = OpenOptions::new().read(true).write(true).open(&link).unwrap();
    port.unplug();
    assert!(link.symlink_metadata().is_err());
    let mut got = [0; 8];
    assert!(matches!(host.read(&mut got), Ok(0) | Err(_)));
    port.plug().unwrap();
    let mut host = OpenOptions::new().read(true).write(true).open(&link).unwrap();
    host.write_all(b"back").unwrap();
    assert_eq!(read_all(&mut port), b"back");
    drop(port);
    assert!(link.symlink_metadata().is_err());
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("board");
    fs::write(&link, "precious").unwrap();
    assert!(PtyPort::new(link.clone()).is_err());
    assert_eq!(fs::read_to_string(&link).unwrap(), "precious");
}
