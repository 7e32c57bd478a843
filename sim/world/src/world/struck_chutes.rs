//! Faults of the chutes: a piece that gets stuck on its way down, and one that nobody empties.

use super::agenda::{Timed, short};
use super::strikes::Laid;
use super::{World, WorldSink};
use crate::events::StrikeKind;

const S: u64 = 1_000_000_000;

impl World {
    /// True if the piece that falls into a chute now gets stuck there, because that was laid on it. It is told here, since
    /// it touches nothing that still rides.
    pub(super) fn jams(&mut self, chute: usize, laid: Option<Laid>, sink: &mut impl WorldSink) -> bool {
        let Some(Laid { mut strike, .. }) = laid else { return false };
        // Where something lies already, this one lies behind it.
        strike.effective = !self.chutes[chute].stuck;
        if strike.effective {
            self.chutes[chute].clears_s = Some(self.strikes.size(strike.kind, (15, 60)).unsigned_abs());
        }
        self.struck(&strike, sink);
        strike.effective
    }

    /// Nobody comes to a chute for long, whatever falls into it. It is the fullest of those that have some room.
    pub(super) fn neglect(&mut self) {
        let kind = StrikeKind::NeverEmptied;
        let share = |chute: &usize| {
            let device = &self.chutes[*chute].device;
            u64::from(device.pieces) * 1_000 / u64::from(device.capacity.max(1))
        };
        let free = |chute: &usize| self.may_fill(*chute) && self.now >= self.chutes[*chute].absent_until;
        // Of several the first, so that a run says the same twice.
        let fullest = (0..self.chutes.len()).rev().filter(free).max_by_key(share);
        let Some(chute) = fullest else { return self.retry(kind) };
        let away_s = self.strikes.size(kind, (240, 600)).unsigned_abs();
        self.chutes[chute].absent_until = self.now + away_s * S;
        self.chutes[chute].neglected = Some(self.strikes.new_strike(kind, &[]));
    }

    /// People come to their chutes again.
    pub(super) fn attend(&mut self) {
        for chute in 0..self.chutes.len() {
            let at = &mut self.chutes[chute];
            if at.absent_until <= self.now {
                continue;
            }
            (at.absent_until, at.neglected) = (self.now, None);
            if at.called {
                let come = self.somebody_comes(chute);
                self.times.note(come, Timed::Empty(short(chute)));
            }
        }
    }

    /// A chute that is left alone holds so many pieces now. Told as soon as it is full; if somebody empties it before
    /// that, nothing has come of it.
    #[inline(never)]
    pub(super) fn judge_neglect(&mut self, chute: usize, pieces: u32, sink: &mut impl WorldSink) {
        let at = &mut self.chutes[chute];
        let full = at.device.is_full() && self.now < at.absent_until;
        if full || pieces == 0 {
            let Some(mut strike) = at.neglected.take() else { return };
            strike.effective = full;
            self.struck(&strike, sink);
        }
    }

    /// True for a chute with room that no fault has to do with yet.
    pub(super) fn may_fill(&self, chute: usize) -> bool {
        !self.chutes[chute].device.is_full() && self.chutes[chute].neglected.is_none()
    }
}
