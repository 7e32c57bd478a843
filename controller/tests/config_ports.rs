//! `sortie ports` on a made-up PC: a folder with its devices, links and processes.

use sortie_controller::config::{self, LineConfig};
use sortie_controller::ports_list::{Found, list, resolve};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A PC with an adapter `ttyUSB0`, a fitted port `ttyS0`, an empty socket `ttyS1` and a console `tty1`.
fn pc() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    for (name, driver, kind) in
        [("ttyUSB0", true, None), ("ttyS0", true, Some("4")), ("ttyS1", true, Some("0")), ("tty1", false, None)]
    {
        write(&root.join("dev").join(name), "");
        let class = root.join("sys/class/tty").join(name);
        fs::create_dir_all(&class).expect("room");
        if driver {
            fs::create_dir_all(class.join("device/driver")).expect("room");
        }
        if let Some(kind) = kind {
            write(&class.join("type"), kind);
        }
    }
    link(&root, "usb-board", "ttyUSB0");
    link(&root, "usb-gone", "ttyUSB9");
    (folder, root)
}

fn link(root: &Path, name: &str, device: &str) {
    let folder = root.join("dev/serial/by-id");
    fs::create_dir_all(&folder).expect("room");
    symlink(root.join("dev").join(device), folder.join(name)).expect("room");
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("room");
    fs::write(path, text).expect("room");
}

fn line(board: &Path, scanner: &Path, scale: &Path) -> LineConfig {
    let text = include_str!("cases/check-good-line/line.toml")
        .replace("tty/board", &board.display().to_string())
        .replace("tty/scanner-top", &scanner.display().to_string())
        .replace("tty/scale", &scale.display().to_string());
    config::line_from_str("line.toml", &text).expect("a good line")
}

#[test]
fn fitted_ports_are_listed_with_their_stable_names() {
    let (_folder, root) = pc();
    let stable = vec![root.join("dev/serial/by-id/usb-board")];
    let expected = [
        Found { device: root.join("dev/ttyS0"), stable: Vec::new() },
        Found { device: root.join("dev/ttyUSB0"), stable },
    ];
    assert_eq!(list(&root), expected);
}

#[test]
fn each_role_says_where_its_path_leads_and_what_is_wrong() {
    let (_folder, root) = pc();
    let (gone, null) = (root.join("dev/serial/by-id/usb-gone"), PathBuf::from("/dev/null"));
    let config = line(&null, &gone, &root.join("dev/ttyUSB0"));
    let roles = resolve(&root, &config, &list(&root));
    let states: Vec<&str> = roles.iter().map(|role| role.state.as_str()).collect();
    assert_eq!(roles[0].user, "board");
    assert_eq!(states[0], "ok");
    assert_eq!(states[1], "missing: the link leads nowhere; plug the adapter in");
    assert_eq!(states[2], "not a serial port; correct the path");
    assert_eq!(roles.iter().map(|role| role.good).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn one_device_under_two_names_is_told() {
    let (folder, root) = pc();
    let twin = folder.path().join("twin");
    symlink("/dev/null", &twin).unwrap();
    let config = line(Path::new("/dev/null"), &twin, &root.join("nowhere"));
    let roles = resolve(&root, &config, &[]);
    assert_eq!(roles[1].state, "the same device as role board; give each role a path of its own");
    assert_eq!(roles[2].state, "missing: plug the adapter in, or correct the path");
}

#[test]
fn a_device_held_by_another_process_is_busy_and_by_sortie_in_use() {
    let (_folder, root) = pc();
    let config = line(Path::new("/dev/null"), Path::new("/dev/zero"), &root.join("nowhere"));
    for (process, name, device) in [("7", "minicom", "/dev/null"), ("8", "sortie", "/dev/zero")] {
        let folder = root.join("proc").join(process);
        write(&folder.join("comm"), &format!("{name}\n"));
        fs::create_dir_all(folder.join("fd")).unwrap();
        symlink(device, folder.join("fd/3")).unwrap();
    }
    let roles = resolve(&root, &config, &[]);
    assert_eq!((roles[0].state.as_str(), roles[0].good), ("busy: held by process 7 (minicom)", false));
    assert_eq!((roles[1].state.as_str(), roles[1].good), ("ok, in use by process 8 (sortie)", true));
}
