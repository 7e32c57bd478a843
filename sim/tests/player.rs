//! The player on real ttys, with a toy line: time begins with the host's first word, and both sides count alike.

use sortie_sim::devices::play::{PlaySettings, Played, PlayedLine, Player};
use sortie_sim::devices::say::{Progress, Said};
use sortie_sim::drive::controller::FeedLine;
use sortie_sim::drive::line::{Heard, Line, LineSink};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const MS: u64 = 1_000_000;

/// Says a letter every millisecond from the begin on; pulls its port out once.
#[derive(Default)]
struct Ticker {
    next: u64,
    said: u64,
    heard: Vec<u8>,
    opened: u32,
    fed_up: bool,
    faults_off: bool,
    unplug_at: Option<u64>,
}

impl Line for Ticker {
    fn next_event_at(&self) -> Option<u64> {
        Some(self.next)
    }

    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64 {
        while self.next <= to {
            if self.unplug_at.take_if(|at| *at <= self.next).is_some() {
                sink.port(self.next, 0, false);
                sink.port(self.next, 0, true);
            }
            sink.to_host(self.next, 0, b"x");
            self.said += 1;
            self.next += MS;
        }
        to
    }

    fn host_wrote(&mut self, _at: u64, port: usize, bytes: &[u8]) {
        assert_eq!(port, 0);
        self.heard.extend_from_slice(bytes);
    }

    fn host_has(&mut self, _at: u64, _port: usize, open: bool) {
        self.opened += u32::from(open);
    }

    fn ports(&self) -> usize {
        1
    }

    fn utc_ms(&self, _at: u64) -> i64 {
        0
    }

    fn next_feed_at(&self) -> Option<u64> {
        None
    }

    fn feed(&mut self, _at: u64, _to: &mut dyn FnMut(FeedLine<'_>)) {}

    fn stop_faults(&mut self, _at: u64) {
        self.faults_off = true;
    }

    fn stop_parcels(&mut self, _at: u64) {
        self.fed_up = true;
    }

    fn finished(&self) -> bool {
        self.fed_up
    }

    fn heard(&mut self, _at: u64, _heard: Heard<'_>) {}
}

impl PlayedLine for Ticker {
    fn begin(&mut self) {}

    fn progress(&self, _at: u64) -> Progress {
        Progress { inducted: self.said, ..Progress::default() }
    }

    fn look_at_files(&mut self, _at: u64, _note: &mut dyn FnMut(String)) {}
}

fn play(path: &Path, line: Ticker, feed_ms: Option<u64>, stop: Arc<AtomicBool>) -> (Played<Ticker>, Vec<Said>) {
    let settings = PlaySettings { seed: 1, feed_ns: feed_ms.map(|ms| ms * MS), faults_off_last_ns: 50 * MS };
    let mut said = Vec::new();
    let mut say = |line: &Said| said.push(line.clone());
    let ports = [("board".to_owned(), PathBuf::from(path))];
    let played = Player::new(line, &ports, settings, stop, &mut say).expect("a tty").play();
    (played, said)
}

/// Opens the port as soon as it is there, says hello, and reads until it ends; as often as asked.
fn host(path: PathBuf, times: u32) -> thread::JoinHandle<u64> {
    thread::spawn(move || {
        let mut read = 0;
        for _ in 0..times {
            let mut port = loop {
                match OpenOptions::new().read(true).write(true).open(&path) {
                    Ok(port) => break port,
                    Err(_) => thread::yield_now(),
                }
            };
            port.write_all(b"hello").expect("a tty");
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = port.read(&mut buffer) {
                read += length as u64;
            }
        }
        read
    })
}

#[test]
fn time_begins_with_the_first_word_and_both_sides_count_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board");
    let host = host(path.clone(), 1);
    let (played, said) = play(&path, Ticker::default(), Some(300), Arc::default());
    assert_eq!(played.line.heard, b"hello");
    assert_eq!(played.bytes["board"].from_host, 5);
    assert_eq!(played.bytes["board"].to_host, played.line.said);
    assert_eq!(host.join().unwrap(), played.line.said);
    assert!(played.line.said >= 300 && played.line.faults_off && played.line.opened == 1);
    assert!(matches!(said[..2], [Said::Ready { seed: 1, .. }, Said::Begun]), "{said:?}");
    let end = &said[said.len() - 3..];
    assert!(matches!(end, [Said::FaultsOff { .. }, Said::FedUp { .. }, Said::Over { .. }]), "{said:?}");
}

#[test]
fn a_port_is_pulled_out_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board");
    let host = host(path.clone(), 2);
    let line = Ticker { unplug_at: Some(100 * MS), ..Ticker::default() };
    let (played, _) = play(&path, line, Some(400), Arc::default());
    host.join().unwrap();
    assert_eq!(played.line.heard, b"hellohello");
    assert!(played.bytes["board"].to_host < played.line.said);
    assert_eq!(played.bytes["board"].to_host + played.bytes["board"].dropped, played.line.said);
}

#[test]
fn a_signal_ends_a_line_that_nobody_ever_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board");
    let stop = Arc::new(AtomicBool::new(false));
    stop.store(true, Ordering::Relaxed);
    let (played, said) = play(&path, Ticker::default(), None, stop);
    assert_eq!((played.line.said, said.len()), (0, 2));
    assert!(path.symlink_metadata().is_err());
}
