//! What the devices make of an item's edges.

use super::agenda::{Travelled, short};
use super::{Station, World, WorldSink};
use crate::devices::scanner::GATE_ITEMS;
use crate::events::Physical;
use crate::labels::Label;
use crate::physics::lane::{Crossing, Slot};
use crate::random::{between, chance};
use sortie_protocol::board::telegram::BoardTelegram;

impl World {
    pub(super) fn crossed(&mut self, crossing: Crossing, travel: i64, sink: &mut impl WorldSink) {
        let Crossing { slot, station, covers } = crossing;
        let cargo = &self.lane.rider(slot).cargo;
        let (item, weight_g) = (cargo.item, cargo.weight_g);
        match self.stations[station] {
            Station::Eye(eye) => self.at_eye(eye, slot, travel, covers, sink),
            Station::Scanner(scanner) => self.at_scanner(scanner, slot, travel, covers, sink),
            Station::WeigherStart(weigher) => {
                self.weighers[weigher].device.enter(self.now, item, weight_g, covers);
            }
            Station::WeigherEnd(weigher) => {
                self.weighers[weigher].device.leave(self.now, item, covers);
                if covers && !self.weighers[weigher].setup.streams {
                    self.verdict(weigher, sink);
                }
            }
            Station::Seam => {
                if covers {
                    self.lane.come_round(slot, travel);
                    sink.physical(self.now, &Physical::CameRound { item });
                }
            }
            Station::Exit => {
                if !covers && self.returning.is_some() {
                    self.send_back(slot, travel, sink);
                } else if !covers {
                    self.take_off(slot, travel, sink);
                    sink.physical(self.now, &Physical::EndOfLine { item });
                    self.pile_up(travel, sink);
                }
            }
        }
    }

    /// Passes on what a sudden change has covered and uncovered.
    pub(super) fn crossed_all(&mut self, travel: i64, sink: &mut impl WorldSink) {
        let mut changed = std::mem::take(&mut self.changed);
        for crossing in changed.drain(..) {
            self.crossed(crossing, travel, sink);
        }
        self.changed = changed;
    }

    /// An item leaves the belt; every device sees that it is gone.
    #[inline(never)]
    pub(super) fn take_off(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) {
        let mut changed = std::mem::take(&mut self.changed);
        let cargo = self.lane.remove(slot, travel, &mut changed);
        // Who is taken off while lying across the end does not ride off there too.
        changed.retain(|crossing| self.stations[crossing.station] != Station::Exit);
        self.changed = changed;
        self.crossed_all(travel, sink);
        for scanner in &mut self.scanners {
            scanner.device.forget(slot);
        }
        for weigher in &mut self.weighers {
            weigher.device.lift(self.now, cargo.item);
        }
        self.strikes.gone(cargo.item);
        if self.lane.riding() == 0 {
            self.emptied_at = self.now;
        }
    }

    fn at_eye(&mut self, eye: usize, slot: Slot, travel: i64, covers: bool, sink: &mut impl WorldSink) {
        let (sensor, cargo) = (self.eyes[eye].0.sensor, &self.lane.rider(slot).cargo);
        if covers {
            let count = self.board.count(travel);
            sink.physical(self.now, &Physical::AtPec { item: cargo.item, sensor, count });
            if let Some((from, to)) = cargo.hole {
                self.travels.note(travel + from, Travelled::Hole { eye: short(eye), opens: true });
                self.travels.note(travel + to, Travelled::Hole { eye: short(eye), opens: false });
            }
        }
        let due = self.eyes[eye].0.cover(travel, covers);
        self.note_settle(eye, due);
    }

    #[inline]
    pub(super) fn note_settle(&mut self, eye: usize, due: Option<i64>) {
        if let Some(travel) = due {
            self.travels.note(travel, Travelled::Settle(short(eye)));
        }
    }

    pub(super) fn settle(&mut self, eye: usize, travel: i64) {
        if let Some(edge) = self.eyes[eye].0.settle(travel) {
            let (count, sensor) = (self.board.count(edge.travel), self.eyes[eye].0.sensor);
            self.board.tell(BoardTelegram::Edge { count, sensor, blocked: edge.blocked });
            self.scan_soon();
        }
    }

    fn at_scanner(&mut self, scanner: usize, slot: Slot, travel: i64, covers: bool, sink: &mut impl WorldSink) {
        let skipping = self.scanners[scanner].device.will_skip();
        if let Some(due) = self.scanners[scanner].device.cover(travel, slot, covers) {
            self.travels.note(due, Travelled::Close(short(scanner)));
        }
        if skipping && !self.scanners[scanner].device.will_skip() {
            let item = self.lane.rider(slot).cargo.item;
            self.strike_skipped(item, sink);
        }
    }

    /// A gate closes: the scanner says what it has read.
    pub(super) fn close(&mut self, scanner: usize, travel: i64, sink: &mut impl WorldSink) {
        if !self.scanners[scanner].device.close(travel) {
            return;
        }
        let mut slots = [0; GATE_ITEMS];
        let gate = self.scanners[scanner].device.gate();
        let count = gate.len();
        slots[..count].copy_from_slice(gate);
        let mut items = [0; GATE_ITEMS];
        let text = self.chunks.begin();
        self.scanners[scanner].device.begin(self.chunks.bytes(text));
        let mut codes = 0;
        for (&slot, item) in slots[..count].iter().zip(&mut items) {
            *item = self.lane.rider(slot).cargo.item;
            codes = self.read(scanner, slot, travel, codes, text, sink);
        }
        self.scanners[scanner].device.end(codes, self.chunks.bytes(text));
        let length = self.chunks.bytes(text).len();
        let at = self.now + self.result_delay(scanner, length) + self.result_late(scanner, &items[..count], sink);
        let port = self.scanners[scanner].setup.port;
        self.send(at, port, text, &items[..count], sink);
    }

    /// Reads the labels of one item; returns how many codes the result has by now.
    fn read(
        &mut self,
        scanner: usize,
        slot: Slot,
        travel: i64,
        mut codes: usize,
        text: u16,
        sink: &mut impl WorldSink,
    ) -> usize {
        let cargo = self.lane.rider(slot).cargo;
        let (foreign, instead) = self.cross_read(slot, travel, sink);
        let mut own = 0;
        if !instead {
            for label in cargo.labels.as_slice() {
                own += usize::from(self.read_label(scanner, label, codes + own, text));
            }
        }
        codes += own;
        if own > 0 {
            codes += self.read_more(scanner, slot, travel, (codes, text), sink);
        }
        sink.physical(self.now, &Physical::Scanned { item: cargo.item, scanner: short(scanner), read: own > 0 });
        for label in foreign.iter().flat_map(|labels| labels.as_slice()) {
            self.scanners[scanner].device.code(codes, label, self.chunks.bytes(text));
            codes += 1;
        }
        codes
    }

    fn read_label(&mut self, scanner: usize, label: &Label, codes: usize, text: u16) -> bool {
        let at = &mut self.scanners[scanner];
        // A label of middling quality is read at the scanner's own rate, a better or a worse one by every scanner
        // more or less often; the draw is made for unreadable labels too, so that a damaged one shifts nothing.
        let permyriad = i64::from(at.setup.read_permille) * (i64::from(label.quality) + 200) / 100;
        let lucky = chance(&mut at.random, permyriad.min(10_000));
        if !lucky || label.quality == 0 {
            return false;
        }
        self.scanners[scanner].device.code(codes, label, self.chunks.bytes(text));
        true
    }

    /// Time from the gate's end to the first bit, so that the last arrives within the stated jitter.
    fn result_delay(&mut self, scanner: usize, length: usize) -> u64 {
        let at = &mut self.scanners[scanner];
        let info = &self.infos[at.setup.port];
        let wire_ns = u64::try_from(length).unwrap_or(0) * u64::from(info.bits) * 1_000_000_000 / u64::from(info.baud)
            + u64::from(info.latency_ms) * 1_000_000;
        let spare_ms = at.setup.read_jitter_ns.saturating_sub(wire_ns) / 1_000_000;
        let longest = i64::try_from(spare_ms.min(9)).unwrap_or(1);
        between(&mut at.random, 1.min(longest), (longest - 1).max(0)).unsigned_abs() * 1_000_000
    }
}
