//! The negative control: a controller as it should not be.
//!
//! It speaks the same bytes as the real one, but it knows items by their order alone: what a scanner says belongs to
//! the next item in that scanner's queue, what a PEC sees is the next item in that PEC's queue, and each divert is
//! fired for whatever comes next. Nothing is ever doubted, cancelled or flushed. In a fair world it sorts; with faults
//! it must missort, or else the world is too kind.

mod belt;
mod books;
mod carriers;
mod line;

use crate::drive::controller::{Controller, FeedFile, FeedLine, Hooks, WireCount};
use belt::Belt;
use books::Books;
use carriers::Carriers;
use line::Line;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, HostTelegram};
use sortie_protocol::board::{HostEnd, HostEvent, LinkSettings};
use sortie_protocol::scanner::{ScannerDecoder, ScannerMessage};
use sortie_world::files::LineFile;

/// A beat goes out so often, ns.
const BEAT_NS: u64 = 20_000_000;

/// The naive controller.
#[derive(Debug)]
pub struct NaiveController {
    line: Line,
    board_port: usize,
    lease_ms: u16,
    session: u32,
    host: Option<Box<HostEnd>>,
    /// By port: the index of the scanner there, and its decoder.
    scanners: Vec<Option<(usize, ScannerDecoder)>>,
    books: Books,
    belt: Belt,
    /// On a ring only.
    carriers: Option<Carriers>,
    board_ms: Option<u32>,
    beat_at: u64,
    wires: Vec<WireCount>,
    fires: Vec<HostTelegram>,
}

impl NaiveController {
    /// A controller of a line that has not been started.
    ///
    /// # Errors
    /// A device that names a port or dialect which does not exist.
    pub fn new(file: &LineFile) -> Result<Self, String> {
        let board_port = file.port(&file.board.port).ok_or("line.toml: the board has no port")?;
        Ok(Self {
            line: Line::of(file),
            board_port,
            lease_ms: u16::try_from(file.board.lease_ms).unwrap_or(u16::MAX),
            session: 0,
            host: None,
            scanners: line::scanners(file)?,
            books: Books::default(),
            belt: Belt::of(file),
            carriers: Carriers::of(file),
            board_ms: None,
            beat_at: 0,
            wires: vec![WireCount::default(); file.ports.len()],
            fires: Vec::new(),
        })
    }

    fn board(&mut self, at: u64, bytes: &[u8]) {
        let Some(mut host) = self.host.take() else { return };
        let mut newest = None;
        host.receive(at, bytes, &mut |event| match event {
            HostEvent::Telegram { seq, telegram } => {
                newest = Some(seq);
                self.telegram(telegram);
            }
            HostEvent::Lost { resume, .. } => newest = Some(resume.wrapping_sub(1)),
            HostEvent::Up { .. } => {}
        });
        if let Some(seq) = newest {
            host.acknowledge(seq);
        }
        for fire in self.fires.drain(..) {
            // A full window means a silent board; the item rides on.
            let _ = host.send(fire);
        }
        let counters = host.counters();
        self.wires[self.board_port].frames = counters.frames;
        self.host = Some(host);
    }

    fn telegram(&mut self, telegram: BoardTelegram) {
        match telegram {
            BoardTelegram::Clock { time_ms, count, .. } => {
                self.board_ms = Some(time_ms);
                if let Some(carriers) = &mut self.carriers {
                    carriers.permits(count, &mut self.fires);
                }
            }
            BoardTelegram::Edge { count, sensor, blocked } => self.edge(count, sensor, blocked),
            BoardTelegram::Chute { chute, sensor: ChuteSensor::Full, active, .. } => self.books.full(chute, active),
            BoardTelegram::Chute { .. }
            | BoardTelegram::Button { .. }
            | BoardTelegram::Belt { .. }
            | BoardTelegram::Outcome { .. }
            | BoardTelegram::QueueEntry { .. }
            | BoardTelegram::QueueEnd { .. } => {}
        }
    }

    fn edge(&mut self, count: u32, sensor: u16, blocked: bool) {
        if let Some(carriers) = &mut self.carriers {
            carriers.edge(sensor, blocked, count);
        }
        let Some(pec) = self.line.pec(sensor) else { return };
        if let Some(zone) = self.belt.zone_of_entry(pec) {
            self.entry(zone, blocked, count);
            return;
        }
        if !blocked {
            return;
        }
        let Some(mut item) = self.belt.next_at(pec) else { return };
        if self.belt.decides(pec) {
            item.chute = item.parcel.and_then(|parcel| self.books.decide(parcel));
            // A ring has no end: what has no chute leaves at the reject outlet.
            item.chute = item.chute.or(self.carriers.as_ref().map(|carriers| carriers.reject_chute));
        }
        match item.chute.filter(|chute| self.line.section(*chute) == Some(pec)) {
            Some(chute) => {
                self.fires.extend(self.line.fire(item.number, item.length, chute, pec, count));
                if let Some(carriers) = &mut self.carriers {
                    carriers.free(item.carriers);
                }
            }
            None => self.belt.pass(pec, item),
        }
    }

    /// Whatever comes past an entry is a new item, also what comes round.
    fn entry(&mut self, zone: usize, blocked: bool, count: u32) {
        if blocked {
            self.belt.born(zone, count);
            return;
        }
        let carriers = &mut self.carriers;
        self.belt.measured(zone, count, |lead, length| {
            let Some(carriers) = carriers else { return (0, 0) };
            let under = carriers.under(zone, lead, length);
            carriers.take(under);
            under
        });
    }

    fn read(&mut self, scanner: usize, message: &ScannerMessage) {
        match message {
            ScannerMessage::Read { codes, .. } => {
                let parcel = codes.iter().flatten().find_map(|code| self.books.parcel(&code.bytes));
                self.belt.read(scanner, parcel);
            }
            ScannerMessage::NoRead { .. } => self.belt.read(scanner, None),
            ScannerMessage::Heartbeat | ScannerMessage::Cola(_) => {}
        }
    }
}

impl Controller for NaiveController {
    fn start(&mut self, at: u64, _hooks: &mut impl Hooks) {
        self.session += 1;
        let settings = LinkSettings { lease_ms: self.lease_ms, ..LinkSettings::default() };
        self.host = Some(Box::new(HostEnd::new(self.session, None, settings)));
        self.beat_at = at;
    }

    fn bytes(&mut self, at: u64, port: usize, bytes: &[u8]) {
        if port == self.board_port {
            self.board(at, bytes);
            return;
        }
        let Some(Some((scanner, mut decoder))) = self.scanners.get_mut(port).map(Option::take) else { return };
        decoder.push(bytes, &mut |message| match message {
            Ok(message) => {
                self.wires[port].frames += 1;
                self.read(scanner, &message);
            }
            Err(_) => self.wires[port].errors += 1,
        });
        self.scanners[port] = Some((scanner, decoder));
    }

    fn port(&mut self, _at: u64, port: usize, present: bool) {
        if port == self.board_port
            && present
            && let Some(host) = &mut self.host
        {
            host.reopened();
        }
    }

    fn feed(&mut self, _at: u64, line: FeedLine<'_>) {
        match line.file {
            FeedFile::Plan => self.books.plan(line.text),
            FeedFile::Flights => self.books.flight(line.text),
            FeedFile::Parcels => self.books.record(line.text),
            FeedFile::Holds => self.books.hold(line.text),
            // It takes no orders.
            FeedFile::Orders => {}
        }
    }

    fn utc(&mut self, _at: u64, _utc_ms: i64) {}

    fn poll(&mut self, at: u64, hooks: &mut impl Hooks) {
        let Some(host) = &mut self.host else { return };
        if at >= self.beat_at {
            self.beat_at = at + BEAT_NS;
            if let Some(echo_ms) = self.board_ms {
                let _ = host.send(HostTelegram::Beat { echo_ms });
            }
        }
        host.transmit(at, &mut |bytes| hooks.to_line(at, self.board_port, bytes));
    }

    fn next_timeout(&self) -> Option<u64> {
        let link = self.host.as_ref()?.next_timeout();
        Some(link.map_or(self.beat_at, |link| link.min(self.beat_at)))
    }

    fn kill(&mut self, _at: u64) {
        // The files keep the records; the belt is forgotten.
        self.host = None;
        self.board_ms = None;
        self.belt.clear();
        self.carriers.iter_mut().for_each(Carriers::clear);
        self.scanners.iter_mut().flatten().for_each(|(_, decoder)| decoder.reset());
    }

    fn wire(&self, port: usize) -> WireCount {
        self.wires.get(port).copied().unwrap_or_default()
    }
}
