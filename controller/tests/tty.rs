//! Real ports, on pseudo-terminals: opened by name, opened again, and nothing lost behind a full ring.

mod bench_board;

use bench_board::Board;
use sortie_controller::clock::Clock;
use sortie_controller::config::{self, PortConfig};
use sortie_controller::port::doorbell::doorbell;
use sortie_controller::port::ring::{Bell, InputReceiver, Stamped, ring};
use sortie_controller::port::tty::{PortTask, open, orders, serve};
use sortie_controller::port::{BoardPort, Driver, PortMeter};
use sortie_controller::recorder::frames;
use sortie_core::input::Input;
use sortie_protocol::board::LinkSettings;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any reopening takes; a test that works never waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

struct Port {
    inputs: InputReceiver,
    meter: Arc<PortMeter>,
    log: Receiver<String>,
}

fn config(path: &Path) -> PortConfig {
    let line = include_str!("cases/check-good-line/line.toml");
    let line = config::line_from_str("line.toml", line).expect("a good line");
    PortConfig { path: path.to_owned(), ..line.ports[line.board.port].clone() }
}

fn port(path: &Path, capacity: usize) -> Port {
    let config = config(path);
    let (sender, inputs) = ring(capacity, Bell::of(std::thread::current()));
    let (_orders, link) = orders(doorbell().expect("a bell"));
    let (log_sender, log) = channel();
    let meter = Arc::new(PortMeter::default());
    let task = PortTask {
        config,
        driver: Driver::Board(BoardPort::new(77, None, LinkSettings::default())),
        inputs: sender,
        link: Some(link),
        orders: None,
        meter: Arc::clone(&meter),
        frames: frames().0,
        clock: Clock::starting_at(0),
        log: log_sender,
    };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(serve(task));
    });
    Port { inputs, meter, log }
}

impl Port {
    /// The next input; the bell wakes this thread.
    fn next(&mut self) -> Stamped {
        let start = Instant::now();
        loop {
            match self.inputs.pop() {
                Ok(stamped) => return stamped,
                Err(_) if start.elapsed() > PATIENCE => panic!("no input in {PATIENCE:?}"),
                Err(_) => std::thread::park_timeout(Duration::from_millis(2)),
            }
        }
    }

    /// Boot number, resumed, new session.
    fn next_link_up(&mut self) -> (u32, bool, bool) {
        loop {
            if let Input::LinkUp { boot, resumed, new_session, .. } = self.next().input {
                return (boot, resumed, new_session);
            }
        }
    }

    fn hears(&self, text: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect("a message");
            if line.contains(text) {
                return line;
            }
        }
    }
}

#[test]
fn a_port_is_opened_again_by_its_name_and_the_stream_goes_on() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("board");
    let mut port = port(&path, 1024);
    assert!(port.hears("cannot open").contains("board"), "a missing port is told");
    let board = Board::start(&path, 5);
    assert_eq!(port.next_link_up(), (5, false, true));
    assert!(matches!(port.next().input, Input::Board { .. }));
    let end = board.unplug();
    port.hears("gone");
    assert!(!port.meter.present());
    let board = Board::plug(&path, end);
    assert_eq!(port.next_link_up(), (5, true, false));
    drop(board);
    let _board = Board::start(&path, 6);
    assert_eq!(port.next_link_up(), (6, false, true));
    assert_eq!(port.meter.opened(), 3);
}

#[test]
fn a_port_has_one_owner_and_is_taken_when_it_is_free() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("board");
    let _board = Board::start(&path, 5);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _inside = runtime.enter();
    let owner = open(&config(&path)).expect("nobody else has it");
    let refused = open(&config(&path)).expect_err("it has an owner");
    assert!(refused.0.contains("cannot open") && refused.0.contains(&path.display().to_string()), "{refused}");
    let mut port = port(&path, 1024);
    port.hears("cannot open");
    drop(owner);
    assert_eq!(port.next_link_up(), (5, false, true));
}

#[test]
fn behind_a_full_ring_the_port_waits_and_nothing_is_lost() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("board");
    let _board = Board::start(&path, 5);
    let mut port = port(&path, 2);
    let start = Instant::now();
    while port.meter.ring_waits() == 0 {
        assert!(start.elapsed() < PATIENCE, "the ring never filled");
        std::thread::park_timeout(Duration::from_millis(2));
    }
    port.next_link_up();
    // Nobody acknowledges here, so the board keeps to what may be under way at once.
    for expected in 1..=u32::from(LinkSettings::default().in_flight) {
        let Input::Board { seq, .. } = port.next().input else { panic!("not a telegram") };
        assert_eq!(seq, expected);
    }
}
