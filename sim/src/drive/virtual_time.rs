//! Virtual time: one thread, one world, one controller, repeatable to the byte.
//!
//! A turn of the drive:
//! 1. the next time is the earliest of the controller's timeout, UTC and the host systems
//! 2. the line advances to it, or until it says something to the controller, which is collected in order
//! 3. the controller gets it: bytes, ports, records, UTC; a kill takes its process away
//! 4. the controller is polled, if anything reached it or its time has come
//! 5. what it says goes to the wires, the oracle and the trace

use super::controller::{Booked, Controller, Decided, FeedFile, FeedLine, Hooks};
use super::inbox::{Arrival, Inbox};
use super::line::{Heard, Line, LineSink};
use super::trace::{Kind, Trace};

/// How often the process reads its clock.
const UTC_NS: u64 = 1_000_000_000;
/// A controller that asks to be called at once again is called this much later, so that time always passes.
const SHORTEST_NS: u64 = 1_000;

/// A line and a controller in virtual time.
pub struct VirtualTime<L, C> {
    line: L,
    controller: C,
    trace: Trace,
    inbox: Inbox,
    now: u64,
    process: Process,
    utc_at: u64,
    /// When the controller has to be polled, as it said after the last poll.
    timeout: Option<u64>,
    present: Vec<bool>,
    text: Vec<u8>,
    notes: u64,
}

/// The controller's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Process {
    Up,
    Down { until: u64 },
}

/// What is left when a run has ended.
pub struct Ended<L, C> {
    /// The line with its oracle.
    pub line: L,
    /// The controller.
    pub controller: C,
    /// The trace, to be finished.
    pub trace: Trace,
    /// Virtual time at the end, nanoseconds.
    pub at: u64,
    /// Messages for people that the controller gave.
    pub notes: u64,
}

impl<L: Line, C: Controller> VirtualTime<L, C> {
    /// Brings a line and a controller together; nothing happens yet. All ports are plugged in.
    #[must_use]
    pub fn new(line: L, controller: C, trace: Trace) -> Self {
        let present = vec![true; line.ports()];
        Self {
            line,
            controller,
            trace,
            inbox: Inbox::default(),
            now: 0,
            process: Process::Down { until: 0 },
            utc_at: 0,
            timeout: None,
            present,
            text: Vec::new(),
            notes: 0,
        }
    }

    /// Runs until the line has finished.
    #[must_use]
    pub fn run(mut self) -> Ended<L, C> {
        while !self.line.finished() {
            self.turn();
        }
        let Self { line, controller, trace, now, notes, .. } = self;
        Ended { line, controller, trace, at: now, notes }
    }

    fn turn(&mut self) {
        let due = self.due().max(self.now);
        let mut ears = Ears { inbox: &mut self.inbox, trace: &mut self.trace };
        self.now = self.line.advance(due, &mut ears);
        let mut reached = self.deliver();
        if self.is_due_to_start() {
            self.start();
            reached = true;
        }
        if self.process == Process::Up {
            reached |= self.tell_utc() | self.tell_records();
            if reached || self.timeout.is_some_and(|at| at <= self.now) {
                self.poll();
            }
        }
    }

    /// When the controller's side has something to do even if the line stays silent.
    fn due(&self) -> u64 {
        match self.process {
            Process::Down { until } => until,
            Process::Up => {
                let feed = self.line.next_feed_at().unwrap_or(u64::MAX);
                self.timeout.unwrap_or(u64::MAX).min(feed).min(self.utc_at)
            }
        }
    }

    fn is_due_to_start(&self) -> bool {
        matches!(self.process, Process::Down { until } if until <= self.now)
    }

    /// Step 3 for all that the line said. True if anything reached the controller.
    fn deliver(&mut self) -> bool {
        let mut reached = false;
        for index in 0..self.inbox.len() {
            let Some((arrival, bytes)) = self.inbox.get(index) else { break };
            match arrival {
                Arrival::Bytes { at, port, .. } => {
                    if self.process == Process::Up && self.present.get(port) == Some(&true) {
                        self.controller.bytes(at, port, bytes);
                        reached = true;
                    }
                }
                Arrival::Port { at, port, present } => {
                    self.plugged(at, port, present);
                    reached = true;
                }
                Arrival::Kill { at, down_ns } => self.kill(at, down_ns),
            }
        }
        self.inbox.clear();
        reached
    }

    fn plugged(&mut self, at: u64, port: usize, present: bool) {
        let Some(known) = self.present.get_mut(port) else { return };
        *known = present;
        if self.process == Process::Up {
            self.line.host_has(at, port, present);
            self.controller.port(at, port, present);
        }
    }

    fn kill(&mut self, at: u64, down_ns: u64) {
        if self.process != Process::Up {
            return;
        }
        self.trace.record(Kind::Process, at, 0, 0, b"killed");
        self.controller.kill(at);
        self.process = Process::Down { until: at + down_ns };
        for port in 0..self.present.len() {
            self.line.host_has(at, port, false);
        }
    }

    fn start(&mut self) {
        self.trace.record(Kind::Process, self.now, 0, 1, b"started");
        self.process = Process::Up;
        let Self { line, trace, controller, text, notes, .. } = self;
        controller.start(self.now, &mut Mouth { line, trace, text, notes });
        for (port, present) in self.present.iter().enumerate() {
            if *present {
                self.line.host_has(self.now, port, true);
                self.controller.port(self.now, port, true);
            }
        }
        self.utc_at = self.now;
    }

    fn tell_utc(&mut self) -> bool {
        if self.now < self.utc_at {
            return false;
        }
        self.utc_at = self.now + UTC_NS;
        let utc_ms = self.line.utc_ms(self.now);
        self.trace.record(Kind::Utc, self.now, 0, utc_ms.cast_unsigned(), &[]);
        self.controller.utc(self.now, utc_ms);
        true
    }

    fn tell_records(&mut self) -> bool {
        if self.line.next_feed_at().is_none_or(|at| at > self.now) {
            return false;
        }
        let Self { line, trace, controller, now, .. } = self;
        line.feed(*now, &mut |record: FeedLine<'_>| {
            trace.record(Kind::Feed, *now, 0, file_number(record.file), record.text.as_bytes());
            controller.feed(*now, record);
        });
        true
    }

    /// Steps 4 and 5.
    fn poll(&mut self) {
        let Self { line, trace, controller, text, notes, .. } = self;
        controller.poll(self.now, &mut Mouth { line, trace, text, notes });
        let not_before = self.now + SHORTEST_NS;
        self.timeout = self.controller.next_timeout().map(|at| at.max(not_before));
    }
}

/// Hears the line.
struct Ears<'a> {
    inbox: &'a mut Inbox,
    trace: &'a mut Trace,
}

impl LineSink for Ears<'_> {
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.trace.record(Kind::ToHost, at, port, 0, bytes);
        self.inbox.push_bytes(at, port, bytes);
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.trace.record(Kind::Port, at, port, u64::from(present), &[]);
        self.inbox.push(Arrival::Port { at, port, present });
    }

    fn kill(&mut self, at: u64, down_ns: u64) {
        self.inbox.push(Arrival::Kill { at, down_ns });
    }

    fn happened(&mut self, at: u64, kind: Kind, number: u64, content: &[u8]) {
        self.trace.record(kind, at, 0, number, content);
    }

    fn pauses(&self) -> bool {
        !self.inbox.is_empty()
    }
}

/// Speaks for the controller.
struct Mouth<'a, L> {
    line: &'a mut L,
    trace: &'a mut Trace,
    text: &'a mut Vec<u8>,
    notes: &'a mut u64,
}

impl<L: Line> Hooks for Mouth<'_, L> {
    fn to_line(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.trace.record(Kind::ToLine, at, port, 0, bytes);
        self.line.host_wrote(at, port, bytes);
    }

    fn input(&mut self, at: u64, number: u64, encoded: &[u8]) {
        self.trace.record(Kind::Input, at, 0, number, encoded);
    }

    fn output(&mut self, at: u64, cause: u64, encoded: &[u8]) {
        self.trace.record(Kind::Output, at, 0, cause, encoded);
    }

    fn durable(&mut self, at: u64, number: u64) {
        self.line.heard(at, Heard::Durable(number));
    }

    fn released(&mut self, at: u64, cause: u64) {
        self.line.heard(at, Heard::Released(cause));
    }

    fn decided(&mut self, at: u64, decided: &Decided<'_>) {
        self.text.clear();
        push_decimal(self.text, decided.chute.unwrap_or(0));
        self.text.push(b' ');
        self.text.extend_from_slice(decided.code.as_bytes());
        self.text.push(b' ');
        self.text.extend_from_slice(decided.parcel);
        self.trace.record(Kind::Decision, at, 0, u64::from(decided.item), self.text);
        self.line.heard(at, Heard::Decided(*decided));
    }

    fn booked(&mut self, at: u64, booked: Booked) {
        self.line.heard(at, Heard::Booked(booked));
    }

    fn restarted(&mut self, at: u64, equal: bool) {
        self.line.heard(at, Heard::Restarted(equal));
    }

    fn queue(&mut self, at: u64, depth: usize, bound: usize) {
        self.line.heard(at, Heard::Queue(depth, bound));
    }

    fn note(&mut self, _at: u64, _text: &str) {
        *self.notes += 1;
    }
}

/// Five digits: a fixed width needs no formatting machinery in the busiest place of a run.
fn push_decimal(text: &mut Vec<u8>, number: u16) {
    let digit = |power: u16| b'0' + (number / power % 10) as u8;
    text.extend([10_000, 1_000, 100, 10, 1].map(digit));
}

fn file_number(file: FeedFile) -> u64 {
    match file {
        FeedFile::Plan => 0,
        FeedFile::Flights => 1,
        FeedFile::Parcels => 2,
        FeedFile::Holds => 3,
    }
}
