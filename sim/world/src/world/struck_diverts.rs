//! Faults of the diverts: a stroke that comes late, and one that nobody has asked for.

use super::agenda::{Timed, Travelled, short};
use super::{World, WorldSink};
use crate::events::{Physical, StrikeKind};
use crate::physics::lane::Slot;
use crate::random::between;

const MS: u64 = 1_000_000;

impl World {
    /// Picks the chute at which a divert is to strike an item that has just been put on the belt, and notes when.
    pub(super) fn aim_unasked(&mut self, slot: Slot, travel: i64) {
        let kind = StrikeKind::UnaskedDivert;
        let Some(chute) = self.any_chute(kind) else { return };
        let rider = self.lane.rider(slot);
        let (item, middle) = (rider.cargo.item, self.chutes[chute].setup.position + rider.cargo.length / 2);
        let stroke_ns = i64::try_from(self.chutes[chute].device.stroke_ns).unwrap_or(0);
        let at = rider.travel_to(middle) - self.belt.speed() * stroke_ns / 1_000_000_000;
        self.travels.note(at.max(travel), Travelled::Strike { kind, item });
    }

    /// An output goes live that nobody has asked for, so that its stroke takes this item. Gives false if there is no such
    /// divert where the item is by now.
    pub(super) fn fire_unasked(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> bool {
        let kind = StrikeKind::UnaskedDivert;
        let ahead = |chute: &usize| {
            let stroke_ns = i64::try_from(self.chutes[*chute].device.stroke_ns).unwrap_or(0);
            travel + self.belt.speed() * stroke_ns / 1_000_000_000
        };
        let near = (0..self.chutes.len()).filter(|chute| self.before_divert(*chute, ahead(chute)).any(|it| it == slot));
        let near: Vec<usize> = near.collect();
        let last = i64::try_from(near.len()).unwrap_or(0) - 1;
        let place = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        let Some(&chute) = near.get(place) else { return false };
        let at = &self.chutes[chute];
        let (output, end) = (at.setup.output, self.now + at.device.stroke_ns);
        sink.physical(self.now, &Physical::Fired { output, count: self.count() });
        self.times.note(end, Timed::Stray { chute: short(chute), kind });
        true
    }

    /// How much later than it should this stroke is complete, ns; `None` for a sound divert.
    pub(super) fn stroke_delay(&mut self, chute: usize) -> Option<u64> {
        let kind = StrikeKind::SlowDivert;
        if self.strikes.laid.iter().all(|laid| laid.strike.kind != kind) {
            return None;
        }
        let end = self.now + self.chutes[chute].device.stroke_ns;
        let travel = self.belt.travel_at(end);
        let meant = self.before_divert(chute, travel).map(|slot| self.lane.rider(slot).cargo.item);
        let laid = |item: &u32| self.strikes.laid.iter().any(|laid| laid.item == *item && laid.strike.kind == kind);
        let item = meant.into_iter().find(laid)?;
        self.strikes.take_laid(kind, item)?;
        Some(self.strikes.size(kind, (10, 40)).unsigned_abs() * MS)
    }

    /// A stroke is complete that is not one of those that were asked for. What it takes is what it touched.
    #[inline(never)]
    pub(super) fn stray(&mut self, chute: usize, kind: StrikeKind, sink: &mut impl WorldSink) {
        let travel = self.belt.travel_at(self.now);
        let mut items = [0; 4];
        for (place, slot) in items.iter_mut().zip(self.before_divert(chute, travel)) {
            *place = self.lane.rider(slot).cargo.item;
        }
        if kind == StrikeKind::UnaskedDivert && items == [0; 4] {
            self.retry(kind);
        } else {
            self.strike_on(kind, &items, sink);
        }
        self.stroke(chute, sink);
    }
}
