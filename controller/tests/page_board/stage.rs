//! A belt, its items and its ports, around a board that knows hardware.md only.

use crate::page_board::PageBoard;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Instant;

/// Counts a second, each one millimetre.
const SPEED: u32 = 1000;
pub(crate) const LENGTH: u32 = 300;
pub(crate) const CHUTE_AT: u32 = 4000;
const DEBOUNCE: u32 = 20;
const SPOILT_ONE_IN: u32 = 29;

enum Event {
    Edge { sensor: u16, blocked: bool },
    Result,
    Confirm { active: bool },
}

/// The belt as it is.
pub(crate) struct Stage {
    pub(crate) board: PageBoard,
    board_port: File,
    scanner_port: File,
    /// Leading edges at the entry PEC, by item.
    pub(crate) items: Vec<u32>,
    /// What will happen at a count, to an item.
    events: Vec<(u32, usize, Event)>,
    /// Items that were diverted.
    pub(crate) diverted: Vec<usize>,
    seen: usize,
    start: Instant,
    chunks: u32,
}

impl Stage {
    /// A running belt whose ports stand in `folder`; its counter is about to wrap.
    pub(crate) fn new(folder: &Path) -> Self {
        let mut board = PageBoard::new(77, 1);
        board.speed = SPEED;
        Self {
            board,
            board_port: terminal(&folder.join("board")),
            scanner_port: terminal(&folder.join("scanner")),
            items: Vec::new(),
            events: Vec::new(),
            diverted: Vec::new(),
            seen: 0,
            start: Instant::now(),
            chunks: 0,
        }
    }

    /// An item comes to the entry PEC now.
    pub(crate) fn induct(&mut self) {
        let (item, lead) = (self.items.len(), self.board.count);
        self.items.push(lead);
        for (sensor, place) in [(0, 0), (1, 2500), (2, 5500)] {
            self.events.push((lead.wrapping_add(place), item, Event::Edge { sensor, blocked: true }));
            self.events.push((lead.wrapping_add(place + LENGTH), item, Event::Edge { sensor, blocked: false }));
        }
        self.events.push((lead.wrapping_add(800 + LENGTH + 5), item, Event::Result));
    }

    /// One scan of the board, a millisecond or so of belt.
    pub(crate) fn scan(&mut self) {
        let now = u64::try_from(self.start.elapsed().as_millis()).expect("a short test");
        self.board.count = (now as u32).wrapping_mul(SPEED / 1000).wrapping_sub(6_000);
        self.happen();
        let mut bytes = [0; 1024];
        let wait = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
        let ready = poll(&mut [PollFd::new(&self.board_port, PollFlags::IN)], Some(&wait)).unwrap_or(0);
        // A terminal that nobody has open gives an error; somebody will open it again.
        let length = if ready > 0 { self.board_port.read(&mut bytes).unwrap_or(0) } else { 0 };
        self.spoil(&mut bytes[..length]);
        let mut out = self.board.scan(now, &bytes[..length]);
        self.spoil(&mut out);
        self.board_port.write_all(&out).expect("the wire takes it");
        self.divert();
    }

    /// One bit of every so many chunks is turned, whichever way they go.
    fn spoil(&mut self, chunk: &mut [u8]) {
        self.chunks += u32::from(!chunk.is_empty());
        if self.chunks % SPOILT_ONE_IN == 7 && !chunk.is_empty() {
            self.chunks += 1;
            let middle = chunk.len() / 2;
            chunk[middle] ^= 0x10;
        }
    }

    fn happen(&mut self) {
        let count = self.board.count;
        let (due, later) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|(at, ..)| count.wrapping_sub(at.wrapping_add(DEBOUNCE)).cast_signed() >= 0);
        self.events = later;
        let mut due: Vec<(u32, usize, Event)> = due;
        due.sort_by_key(|(at, ..)| count.wrapping_sub(*at));
        for (at, item, event) in due.into_iter().rev() {
            match event {
                Event::Edge { sensor: 2, .. } if self.diverted.contains(&item) => {}
                Event::Edge { sensor, blocked } => self.board.edge(at, sensor, blocked),
                Event::Confirm { active } => self.board.confirm(at, 1, active),
                Event::Result => self.scanner_port.write_all(&result(item)).expect("the wire takes it"),
            }
        }
    }

    /// What an energised divert takes with it, if anything is there.
    fn divert(&mut self) {
        while let Some(fire) = self.board.energised.get(self.seen) {
            self.seen += 1;
            let middle = |lead: u32| lead.wrapping_add(CHUTE_AT + LENGTH / 2);
            let near = |lead: &u32| fire.count.wrapping_sub(middle(*lead)).cast_signed().abs() <= 30;
            let item = self.items.iter().position(near).expect("a divert moves only where an item is");
            self.diverted.push(item);
            self.events.push((fire.count.wrapping_add(200), item, Event::Confirm { active: true }));
            self.events.push((fire.count.wrapping_add(400), item, Event::Confirm { active: false }));
        }
    }
}

/// The plate of every other item is on file; the others show none.
pub(crate) fn plate(item: usize) -> String {
    format!("LP{item:015}")
}

fn result(item: usize) -> Vec<u8> {
    let text = if item % 4 == 3 { "NoRead".into() } else { plate(item) };
    format!("\x02{text}\r\n\x03").into_bytes()
}

fn terminal(path: &Path) -> File {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&master).expect("a grant");
    unlockpt(&master).expect("an unlock");
    let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("plain text");
    let far = rustix::fs::open(name.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("a terminal");
    let mut modes = tcgetattr(&far).expect("modes");
    modes.make_raw();
    tcsetattr(&far, OptionalActions::Now, &modes).expect("raw modes");
    std::os::unix::fs::symlink(name, path).expect("a name for the terminal");
    File::from(master)
}
