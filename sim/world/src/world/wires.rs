//! The serial ports: bytes on their way, plugs, and what spoils a chunk.

use super::agenda::{Timed, short};
use super::{Next, World, WorldSink};
use crate::devices::wire::Wire;
use crate::events::{Strike, StrikeKind};
use crate::random::{between, chance};
use crate::setup::PortInfo;

/// One serial port with both its directions.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) parity: bool,
    pub(crate) to_host: Wire,
    pub(crate) to_line: Wire,
    pub(crate) present: bool,
    /// Counts the times that the port was unplugged; what was on its way then is void.
    pub(crate) plug: u16,
    /// What spoils the next chunk to the host, and to the line.
    pub(crate) spoil: [Option<Strike>; 2],
    /// What comes to the line before this time waits for it.
    held_until: u64,
    /// A chunk to the host that takes along what follows it until it arrives at this time.
    gathers: Option<(u16, u64)>,
}

impl Port {
    pub(crate) fn new(info: &PortInfo) -> Self {
        let wire = Wire::new(info.baud, info.bits, info.latency_ms);
        Self {
            parity: info.parity,
            to_host: wire,
            to_line: wire,
            present: true,
            plug: 0,
            spoil: [None, None],
            held_until: 0,
            gathers: None,
        }
    }
}

/// The bytes on their way, in buffers that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    chunks: Vec<Vec<u8>>,
    free: Vec<u16>,
}

impl Chunks {
    /// A buffer that is in use from now on, empty.
    #[inline]
    pub(crate) fn begin(&mut self) -> u16 {
        let Some(chunk) = self.free.pop() else {
            self.chunks.push(Vec::with_capacity(128));
            return short(self.chunks.len() - 1);
        };
        self.chunks[usize::from(chunk)].clear();
        chunk
    }

    /// What is in a buffer.
    #[inline]
    pub(crate) fn bytes(&mut self, chunk: u16) -> &mut Vec<u8> {
        &mut self.chunks[usize::from(chunk)]
    }

    /// The buffer is not in use any more.
    #[inline]
    pub(crate) fn end(&mut self, chunk: u16) {
        self.free.push(chunk);
    }
}

/// What happens to a chunk that a fault has struck.
#[derive(Clone, Copy)]
enum Spoilt {
    /// Its bytes are others now.
    Bytes,
    /// It comes so much later, ns.
    Late(u64),
    /// It comes twice.
    Twice,
    /// It comes in so many pieces, each so much after the one before, ns.
    Pieces(usize, u64),
    /// It waits so long, ns, and comes as one with what was sent meanwhile.
    Gathered(u64),
}

/// An adapter waits up to this long for more bytes before it hands them over, ms.
const ADAPTER_MS: (i64, i64) = (1, 16);

const MS: u64 = 1_000_000;
const TO_HOST: usize = 0;
const TO_LINE: usize = 1;

impl World {
    /// The host wrote `bytes` at `at`. A port that is unplugged takes them and loses them.
    #[inline]
    pub fn from_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        if bytes.is_empty() || !self.ports.get(port).is_some_and(|port| port.present) {
            return;
        }
        let chunk = self.chunks.begin();
        self.chunks.bytes(chunk).extend_from_slice(bytes);
        let arrival = self.ports[port].to_line.send(at.max(self.now), bytes.len());
        let plug = self.ports[port].plug;
        self.times.note(arrival, Timed::ToLine { port: short(port), chunk, plug });
        if arrival < self.upcoming_at {
            (self.upcoming, self.upcoming_at) = (Next::Timed, arrival);
        }
    }

    /// A device sends what is in a buffer at `at`; `items` are those that the message is about.
    pub(super) fn send(&mut self, at: u64, port: usize, chunk: u16, items: &[u32], sink: &mut impl WorldSink) {
        let length = self.chunks.bytes(chunk).len();
        if !self.ports[port].present || length == 0 {
            return self.chunks.end(chunk);
        }
        let way = &self.ports[port];
        if way.spoil[TO_HOST].is_some() || way.gathers.is_some() {
            let spoilt = self.spoil(port, TO_HOST, chunk, items, sink);
            if self.ports[port].gathers.is_some() || !matches!(spoilt, Spoilt::Bytes) {
                return self.send_spoilt(at, port, chunk, spoilt);
            }
        }
        let way = &mut self.ports[port];
        let arrival = way.to_host.send(at, length);
        self.times.note(arrival, Timed::ToHost { port: short(port), chunk, plug: way.plug });
    }

    #[inline(never)]
    fn send_spoilt(&mut self, at: u64, port: usize, chunk: u16, spoilt: Spoilt) {
        let bytes = self.chunks.bytes(chunk).clone();
        self.chunks.end(chunk);
        let (late, times, pieces, pause) = match spoilt {
            Spoilt::Bytes => (0, 1, 1, 0),
            Spoilt::Late(ns) | Spoilt::Gathered(ns) => (ns, 1, 1, 0),
            Spoilt::Twice => (0, 2, 1, 0),
            Spoilt::Pieces(pieces, pause) => (0, 1, pieces, pause),
        };
        let mut at = at + late;
        for _ in 0..times {
            for piece in bytes.chunks(bytes.len().div_ceil(pieces).max(1)) {
                let way = &mut self.ports[port];
                let (arrival, plug) = (way.to_host.send(at, piece.len()), way.plug);
                at += pause;
                if let Some((gathering, _)) = way.gathers.filter(|&(_, until)| arrival <= until) {
                    self.chunks.bytes(gathering).extend_from_slice(piece);
                    continue;
                }
                let chunk = self.chunks.begin();
                self.chunks.bytes(chunk).extend_from_slice(piece);
                way.gathers = matches!(spoilt, Spoilt::Gathered(_)).then_some((chunk, arrival));
                self.times.note(arrival, Timed::ToHost { port: short(port), chunk, plug });
            }
        }
    }

    pub(super) fn at_host(&mut self, port: usize, chunk: u16, plug: u16, sink: &mut impl WorldSink) {
        let bytes = self.chunks.bytes(chunk);
        let way = &mut self.ports[port];
        way.gathers = way.gathers.filter(|&(gathering, _)| gathering != chunk);
        if way.plug == plug && !bytes.is_empty() {
            sink.to_host(self.now, port, bytes);
        }
        self.chunks.end(chunk);
    }

    pub(super) fn at_line(&mut self, port: usize, chunk: u16, plug: u16, sink: &mut impl WorldSink) {
        if self.now < self.ports[port].held_until {
            // It waits behind what is late.
            let at = self.ports[port].held_until;
            return self.times.note(at, Timed::ToLine { port: short(port), chunk, plug });
        }
        let (mut times, mut pieces) = (1, 1);
        if self.ports[port].spoil[TO_LINE].is_some() {
            match self.spoil(port, TO_LINE, chunk, &[], sink) {
                Spoilt::Bytes => {}
                Spoilt::Twice => times = 2,
                Spoilt::Pieces(count, _) => pieces = count,
                Spoilt::Late(ns) | Spoilt::Gathered(ns) => {
                    let at = self.now + ns;
                    self.ports[port].held_until = at;
                    return self.times.note(at, Timed::ToLine { port: short(port), chunk, plug });
                }
            }
        }
        if self.ports[port].plug == plug && port == self.board_port {
            let bytes = self.chunks.bytes(chunk);
            for _ in 0..times {
                for piece in bytes.chunks(bytes.len().div_ceil(pieces).max(1)) {
                    self.board.receive(self.now, piece);
                }
            }
            self.heed();
        }
        self.chunks.end(chunk);
    }

    /// A plug is pulled, or put back.
    #[inline(never)]
    pub(super) fn plug(&mut self, port: usize, present: bool, sink: &mut impl WorldSink) {
        self.ports[port].present = present;
        if present {
            self.ports[port].to_host.cut();
            self.ports[port].to_line.cut();
            if port == self.board_port {
                self.board.reopened();
            }
        } else {
            self.ports[port].plug = self.ports[port].plug.wrapping_add(1);
        }
        sink.port(self.now, port, present);
    }

    #[inline(never)]
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other fault of a wire changes its bytes")]
    fn spoil(&mut self, port: usize, way: usize, chunk: u16, items: &[u32], sink: &mut impl WorldSink) -> Spoilt {
        let Some(mut strike) = self.ports[port].spoil[way].take() else { return Spoilt::Bytes };
        let length = i64::try_from(self.chunks.bytes(chunk).len()).unwrap_or(0);
        let random = self.strikes.random(strike.kind);
        let place = usize::try_from(between(random, 0, length - 1)).unwrap_or(0);
        let spoilt = match strike.kind {
            StrikeKind::DuplicateFrame => Spoilt::Twice,
            StrikeKind::SplitFrames => {
                let pause = between(random, ADAPTER_MS.0, ADAPTER_MS.1).unsigned_abs() * MS;
                match usize::try_from(between(random, 1, 5)).unwrap_or(1) {
                    1 => Spoilt::Gathered(pause),
                    pieces => Spoilt::Pieces(pieces, pause),
                }
            }
            StrikeKind::LateFrame => Spoilt::Late(self.strikes.size(strike.kind, (20, 400)).unsigned_abs() * MS),
            other => {
                self.spoil_bytes(other, port, chunk, place);
                Spoilt::Bytes
            }
        };
        for (touched, item) in strike.items.iter_mut().zip(items) {
            *touched = *item;
        }
        strike.effective = true;
        self.struck(&strike, sink);
        spoilt
    }

    fn spoil_bytes(&mut self, kind: StrikeKind, port: usize, chunk: u16, place: usize) {
        if kind == StrikeKind::LostBytes {
            let lost = usize::try_from(self.strikes.size(kind, (1, 4))).unwrap_or(1);
            let bytes = self.chunks.bytes(chunk);
            bytes.drain(place..(place + lost).min(bytes.len()));
        } else if kind == StrikeKind::InsertedBytes {
            for _ in 0..self.strikes.size(kind, (1, 4)) {
                let random = self.strikes.random(kind);
                // Half of them are digits, which make the most of a code.
                let digit = chance(random, 5_000);
                let byte = if digit { between(random, 0x30, 0x39) } else { between(random, 0, 255) };
                self.chunks.bytes(chunk).insert(place, u8::try_from(byte).unwrap_or(0));
            }
        } else if self.ports[port].parity {
            // A receiver with parity refuses a byte with one turned bit.
            self.chunks.bytes(chunk).remove(place);
        } else {
            let bit = between(self.strikes.random(kind), 0, 7);
            self.chunks.bytes(chunk)[place] ^= 1 << bit;
        }
    }
}
