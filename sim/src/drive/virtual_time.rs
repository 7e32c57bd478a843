//! Virtual time: one thread, one world, one controller, repeatable to the byte.
//!
//! A turn of the drive:
//! 1. the next time is the earliest of the controller's timeout, UTC and the host systems
//! 2. the line advances to it, or until it has said something to the controller, which gets it at once: bytes, ports;
//!    a kill takes its process away
//! 3. the controller gets what else is due: records, UTC
//! 4. the controller is polled, if anything reached it or its time has come
//! 5. what it says goes to the wires, the oracle and the trace

use super::controller::{Booked, Controller, Decided, FeedFile, FeedLine, Hooks, Told};
use super::line::{Heard, Line, LineSink};
use super::trace::{Kind, Trace};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_world::oracle::{Queue, Restart};
use sortie_world::upset::Upset;

/// How often the process reads its clock.
const UTC_NS: u64 = 1_000_000_000;
/// A controller that asks to be called at once again is called this much later, so that time always passes.
const SHORTEST_NS: u64 = 1_000;

/// A line and a controller in virtual time.
pub struct VirtualTime<L, C> {
    line: L,
    controller: C,
    trace: Trace,
    now: u64,
    process: Process,
    utc_at: u64,
    /// When the controller has to be polled, as it said after the last poll.
    timeout: Option<u64>,
    present: Vec<bool>,
    /// Ports that the host has opened or closed in this turn, of which the line has not heard: when, which, and whether
    /// it is open.
    opened: Vec<(u64, usize, bool)>,
    text: Vec<u8>,
    notes: Notes,
}

/// The controller's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Process {
    Up,
    Down { until: u64 },
}

/// Messages for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// How many.
    pub count: u64,
    /// The first one.
    pub first: Option<String>,
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
    pub notes: Notes,
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
            now: 0,
            process: Process::Down { until: 0 },
            utc_at: 0,
            timeout: None,
            present,
            opened: Vec::new(),
            text: Vec::new(),
            notes: Notes::default(),
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
        let Self { line, controller, trace, process, present, opened, .. } = self;
        let mut ears = Ears { controller, trace, process, present, opened, spoke: false, reached: false };
        self.now = line.advance(due, &mut ears);
        let mut reached = ears.reached;
        for (at, port, open) in self.opened.drain(..) {
            self.line.host_has(at, port, open);
        }
        if self.is_due_to_start() {
            self.start();
            reached = true;
        }
        if self.process == Process::Up {
            if self.now >= self.told_at() {
                reached |= self.tell_utc() | self.tell_records();
            }
            if reached || self.timeout.is_some_and(|at| at <= self.now) {
                self.poll();
            }
        }
    }

    /// When the controller's side has something to do even if the line stays silent.
    fn due(&self) -> u64 {
        match self.process {
            Process::Down { until } => until,
            Process::Up => self.timeout.unwrap_or(u64::MAX).min(self.told_at()),
        }
    }

    /// When it is told UTC or records.
    fn told_at(&self) -> u64 {
        self.line.next_feed_at().unwrap_or(u64::MAX).min(self.utc_at)
    }

    fn is_due_to_start(&self) -> bool {
        matches!(self.process, Process::Down { until } if until <= self.now)
    }

    #[inline(never)]
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

    #[inline(never)]
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

/// Hears the line, and passes on to the controller what it says.
struct Ears<'a, C> {
    controller: &'a mut C,
    trace: &'a mut Trace,
    process: &'a mut Process,
    present: &'a mut [bool],
    opened: &'a mut Vec<(u64, usize, bool)>,
    /// The line has said something to the controller, whether or not it was there to hear it.
    spoke: bool,
    /// The controller has got something, or its process or a port has changed.
    reached: bool,
}

impl<C> Ears<'_, C> {
    fn down(&mut self, at: u64, down_ns: u64) {
        *self.process = Process::Down { until: at + down_ns };
        self.opened.extend((0..self.present.len()).map(|port| (at, port, false)));
    }
}

impl<C: Controller> LineSink for Ears<'_, C> {
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.trace.record(Kind::ToHost, at, port, 0, bytes);
        self.spoke = true;
        if *self.process == Process::Up && self.present.get(port) == Some(&true) {
            self.controller.bytes(at, port, bytes);
            self.reached = true;
        }
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.trace.record(Kind::Port, at, port, u64::from(present), &[]);
        (self.spoke, self.reached) = (true, true);
        let Some(known) = self.present.get_mut(port) else { return };
        *known = present;
        if *self.process == Process::Up {
            self.opened.push((at, port, present));
            self.controller.port(at, port, present);
        }
    }

    fn kill(&mut self, at: u64, down_ns: u64) {
        self.spoke = true;
        if *self.process != Process::Up {
            return;
        }
        self.trace.record(Kind::Process, at, 0, 0, b"killed");
        self.controller.kill(at);
        self.down(at, down_ns);
    }

    fn upset(&mut self, at: u64, upset: &Upset) -> bool {
        if *self.process != Process::Up {
            return false;
        }
        self.reached = true;
        let done = self.controller.upset(at, upset);
        if let Upset::Torn { down_ns, .. } = *upset
            && done
        {
            self.spoke = true;
            self.trace.record(Kind::Process, at, 0, 0, b"torn");
            self.down(at, down_ns);
        }
        done
    }

    fn happened(&mut self, at: u64, kind: Kind, number: u64, content: &[u8]) {
        self.trace.record(kind, at, 0, number, content);
    }

    fn pauses(&self) -> bool {
        self.spoke
    }
}

/// Speaks for the controller.
struct Mouth<'a, L> {
    line: &'a mut L,
    trace: &'a mut Trace,
    text: &'a mut Vec<u8>,
    notes: &'a mut Notes,
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

    fn told(&mut self, at: u64, told: Told<'_>) {
        self.line.heard(at, Heard::Told(told));
    }

    fn restarted(&mut self, at: u64, restart: Restart) {
        self.line.heard(at, Heard::Restarted(restart));
    }

    fn telegram(&mut self, at: u64, input: u64, number: u32, telegram: &BoardTelegram) {
        self.line.heard(at, Heard::Telegram(input, number, *telegram));
    }

    fn stream_begins(&mut self, at: u64) {
        self.line.heard(at, Heard::StreamBegins);
    }

    fn commanded(&mut self, at: u64, telegram: &HostTelegram) {
        self.line.heard(at, Heard::Commanded(*telegram));
    }

    fn queue(&mut self, at: u64, queue: Queue, depth: usize) {
        self.line.heard(at, Heard::Queue(queue, depth));
    }

    fn note(&mut self, _at: u64, text: &str) {
        self.notes.count += 1;
        self.notes.first.get_or_insert_with(|| text.to_owned());
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
        FeedFile::Orders => 4,
    }
}
