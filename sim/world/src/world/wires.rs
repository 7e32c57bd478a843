//! The serial ports: bytes on their way, plugs, and what spoils a chunk.

use super::agenda::{Timed, short};
use super::{Next, World, WorldSink};
use crate::devices::wire::Wire;
use crate::events::{Strike, StrikeKind};
use crate::random::between;
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
}

impl Port {
    pub(crate) fn new(info: &PortInfo) -> Self {
        let wire = Wire::new(info.baud, info.bits, info.latency_ms);
        Self { parity: info.parity, to_host: wire, to_line: wire, present: true, plug: 0, spoil: [None, None] }
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
        if self.ports[port].spoil[TO_HOST].is_some() {
            self.spoil(port, TO_HOST, chunk, items, sink);
        }
        let way = &mut self.ports[port];
        let arrival = way.to_host.send(at, length);
        self.times.note(arrival, Timed::ToHost { port: short(port), chunk, plug: way.plug });
    }

    pub(super) fn at_host(&mut self, port: usize, chunk: u16, plug: u16, sink: &mut impl WorldSink) {
        let bytes = self.chunks.bytes(chunk);
        if self.ports[port].plug == plug && !bytes.is_empty() {
            sink.to_host(self.now, port, bytes);
        }
        self.chunks.end(chunk);
    }

    pub(super) fn at_line(&mut self, port: usize, chunk: u16, plug: u16, sink: &mut impl WorldSink) {
        if self.ports[port].spoil[TO_LINE].is_some() {
            self.spoil(port, TO_LINE, chunk, &[], sink);
        }
        if self.ports[port].plug == plug && port == self.board_port {
            self.board.receive(self.now, self.chunks.bytes(chunk));
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
    fn spoil(&mut self, port: usize, way: usize, chunk: u16, items: &[u32], sink: &mut impl WorldSink) {
        let Some(mut strike) = self.ports[port].spoil[way].take() else { return };
        let parity = self.ports[port].parity;
        let bytes = self.chunks.bytes(chunk);
        let random = self.strikes.random(strike.kind);
        let length = i64::try_from(bytes.len()).unwrap_or(0);
        let place = usize::try_from(between(random, 0, length - 1)).unwrap_or(0);
        if strike.kind == StrikeKind::LostBytes {
            let lost = usize::try_from(self.strikes.size(strike.kind, (1, 4))).unwrap_or(1);
            let bytes = self.chunks.bytes(chunk);
            bytes.drain(place..(place + lost).min(bytes.len()));
        } else if parity {
            // A receiver with parity refuses a byte with one turned bit.
            bytes.remove(place);
        } else {
            bytes[place] ^= 1 << between(random, 0, 7);
        }
        for (touched, item) in strike.items.iter_mut().zip(items) {
            *touched = *item;
        }
        strike.effective = true;
        self.struck(&strike, sink);
    }
}
