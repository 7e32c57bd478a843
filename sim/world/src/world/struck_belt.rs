//! Faults of what the board sees of the belt: its PECs and its encoder.

use super::agenda::{Timed, Travelled, short};
use super::{World, WorldSink};
use crate::events::{Physical, StrikeKind};
use crate::random::between;

const MS: u64 = 1_000_000;

impl World {
    /// A PEC sticks. One that says "broken" is free when it begins to, and the other way round: so each strike changes
    /// what the board sees.
    pub(super) fn stick(&mut self, kind: StrikeKind, sink: &mut impl WorldSink) {
        let broken = kind == StrikeKind::PecStuckOn;
        let (now, travel) = (self.now, self.belt.travel_at(self.now));
        let last = i64::try_from(self.eyes.len()).unwrap_or(1) - 1;
        let first = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        let from_there = (first..self.eyes.len()).chain(0..first);
        let fits = |eye: &usize| !self.eyes[*eye].0.is_stuck() && self.eyes[*eye].0.is_blocked() != broken;
        let Some(eye) = from_there.into_iter().find(fits).filter(|_| self.board.is_up()) else {
            return self.retry(kind);
        };
        let long_ms = self.strikes.size(kind, (100, 4_000)).unsigned_abs();
        self.times.note(now + long_ms * MS, Timed::Unstick(short(eye)));
        let items = self.items_near(self.eyes[eye].1);
        self.strike_on(kind, &items, sink);
        let due = self.eyes[eye].0.stick(travel, Some(broken));
        self.note_settle(eye, due);
        sink.physical(self.now, &Physical::Eye { sensor: short(eye), sound: false });
    }

    /// A PEC that was stuck sees again.
    #[inline(never)]
    pub(super) fn unstick(&mut self, eye: usize, sink: &mut impl WorldSink) {
        let travel = self.belt.travel_at(self.now);
        let due = self.eyes[eye].0.stick(travel, None);
        self.note_settle(eye, due);
        sink.physical(self.now, &Physical::Eye { sensor: short(eye), sound: true });
    }

    /// The encoder's counter begins anew, while the board runs on and knows nothing of it.
    pub(super) fn reset_counts(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::EncoderReset;
        if !self.board.is_up() || !self.board.counts() {
            return self.retry(kind);
        }
        let leap = self.board.reset_count(self.belt.travel_at(self.now));
        self.strike_on(kind, &[], sink);
        sink.physical(self.now, &Physical::CountsReset { leap });
        self.scan_soon();
    }

    /// The encoder's pulses fail for some way.
    pub(super) fn lose_pulses(&mut self) {
        let kind = StrikeKind::MissedPulses;
        let travel = self.belt.travel_at(self.now);
        if !self.board.is_up() || !self.board.lose_pulses(travel) {
            return self.retry(kind);
        }
        let way = self.strikes.size(kind, (10, 400)) * 1000;
        self.travels.note(travel + way, Travelled::Pulses);
    }

    /// The pulses come again. The strike is told now: what has come onto the belt meanwhile is touched, too.
    #[inline(never)]
    pub(super) fn pulses_again(&mut self, travel: i64, sink: &mut impl WorldSink) {
        if !self.board.counts() && self.board.find_pulses(travel) > 0 {
            self.strike_on(StrikeKind::MissedPulses, &[], sink);
            self.scan_soon();
        }
    }

    /// The encoder's counter has come to its end, unless it began anew before that.
    pub(super) fn wrapped(&mut self, travel: i64, sink: &mut impl WorldSink) {
        if self.board.count(travel) < 1_000 && self.lane.riding() > 0 {
            self.strike_on(StrikeKind::CountWrap, &[], sink);
        }
    }
}
