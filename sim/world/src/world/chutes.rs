//! Diverts, chutes, and the people who empty them.

use super::agenda::{Timed, short};
use super::{World, WorldSink};
use crate::events::{Physical, StrikeKind};
use crate::physics::rider::Cargo;
use crate::random::between;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor};

const MS: u64 = 1_000_000;

impl World {
    /// Somebody puts pieces into a chute, by its number, or takes some out: it holds so many now. Nothing happens if the
    /// line has no such chute.
    pub fn set_pieces(&mut self, number: u16, pieces: u32, sink: &mut impl WorldSink) {
        if let Some(chute) = self.chutes.iter().position(|chute| chute.setup.number == number) {
            self.fill(chute, pieces, sink);
            self.look_ahead();
        }
    }

    /// A divert was ordered for a count: tells which item will lie before it then.
    pub(super) fn aimed(&mut self, output: u16, count: u32, travel: i64, sink: &mut impl WorldSink) {
        let Some(chute) = self.chutes.iter().find(|chute| chute.setup.output == output) else { return };
        let ahead = count.wrapping_sub(self.board.count(travel)).cast_signed();
        let travel = travel + i64::from(ahead) * self.board.um_per_count();
        let divert = chute.device;
        let taken = |slot: &usize| {
            let rider = self.lane.rider(*slot);
            divert.takes(rider.lead(travel), rider.trail(travel))
        };
        if let Some(slot) = self.lane.slots().find(taken) {
            let Cargo { item, parcel, .. } = self.lane.rider(slot).cargo;
            sink.physical(self.now, &Physical::Aimed { item, parcel, chute: divert.number, count, ahead });
        }
    }

    /// All outputs that the board's scan has energised.
    #[inline(never)]
    pub(super) fn energise_all(&mut self, sink: &mut impl WorldSink) {
        let mut energised = std::mem::take(&mut self.energised);
        for output in energised.drain(..) {
            self.energise(output, sink);
        }
        self.energised = energised;
    }

    /// An output goes live: the divert begins its stroke.
    pub(super) fn energise(&mut self, output: u16, sink: &mut impl WorldSink) {
        sink.physical(self.now, &Physical::Fired { output, count: self.count() });
        if let Some(chute) = self.chutes.iter().position(|chute| chute.setup.output == output) {
            let end = self.now + self.chutes[chute].device.stroke_ns;
            match self.stroke_delay(chute) {
                None => self.times.note(end, Timed::Stroke(short(chute))),
                Some(late) => {
                    self.times.note(end + late, Timed::Stray { chute: short(chute), kind: StrikeKind::SlowDivert });
                }
            }
        }
    }

    /// What a complete stroke would take with it at a travel.
    pub(super) fn before_divert(&self, chute: usize, travel: i64) -> impl Iterator<Item = usize> {
        let divert = self.chutes[chute].device;
        let taken = move |slot: &usize| {
            let rider = self.lane.rider(*slot);
            divert.takes(rider.lead(travel), rider.trail(travel))
        };
        self.lane.slots().filter(taken)
    }

    /// The stroke is complete: what lies before the divert goes into the chute.
    #[inline(never)]
    pub(super) fn stroke(&mut self, chute: usize, sink: &mut impl WorldSink) {
        let travel = self.belt.travel_at(self.now);
        // Two items of the smallest length and gap fit before a divert, and one more that lies upon one of them.
        let mut found = [None; 4];
        for (place, slot) in found.iter_mut().zip(self.before_divert(chute, travel)) {
            *place = Some(slot);
        }
        for slot in found.into_iter().flatten() {
            if self.lane.rider(slot).cargo.sticks {
                self.lane.cargo_mut(slot).sticks = false;
                let item = self.lane.rider(slot).cargo.item;
                self.strike_missed(item, sink);
            } else {
                self.discharge(chute, slot, travel, sink);
            }
        }
    }

    fn discharge(&mut self, chute: usize, slot: usize, travel: i64, sink: &mut impl WorldSink) {
        let item = self.lane.rider(slot).cargo.item;
        let laid = self.strikes.take_laid(StrikeKind::ChuteJammed, item);
        self.take_off(slot, travel, sink);
        let at = &mut self.chutes[chute];
        let pieces = at.device.pieces + 1;
        let count = self.board.count(travel);
        sink.physical(self.now, &Physical::Discharged { item, chute: at.setup.number, count, pieces });
        let fall = between(&mut self.people, 150, 450).unsigned_abs() * MS;
        let pass = between(&mut self.people, 60, 140).unsigned_abs() * MS;
        self.times.note(self.now + fall, Timed::Confirm { chute: short(chute), breaks: true });
        if self.gets_stuck() || self.jams(chute, laid, sink) {
            self.times.note(self.now + fall, Timed::Stuck(short(chute)));
        } else {
            self.times.note(self.now + fall + pass, Timed::Confirm { chute: short(chute), breaks: false });
        }
        self.fill(chute, pieces, sink);
    }

    #[inline(never)]
    pub(super) fn confirm(&mut self, chute: usize, breaks: bool) {
        if self.chutes[chute].device.confirm(breaks) {
            self.tell_chute(chute, ChuteSensor::Confirm, breaks);
        }
    }

    /// Tells the state of every half-full and full sensor.
    #[inline(never)]
    pub(super) fn tell_chutes(&mut self) {
        for chute in 0..self.chutes.len() {
            let device = &self.chutes[chute].device;
            let (half_full, full) = (device.is_half_full(), device.is_full());
            self.tell_chute(chute, ChuteSensor::HalfFull, half_full);
            self.tell_chute(chute, ChuteSensor::Full, full);
        }
    }

    pub(super) fn tell_chute(&mut self, chute: usize, sensor: ChuteSensor, active: bool) {
        let count = self.count();
        let number = self.chutes[chute].setup.number;
        self.board.tell(BoardTelegram::Chute { count, chute: number, sensor, active });
        self.scan_soon();
    }
}
