//! Whether the counts keep pace with the belt. Pulses that are lost, and a counter that leaps a little, move all that
//! rides against its counts, and one item comes where another one is expected; a board that does not notice goes on as if
//! nothing had been.

use crate::items::Divert;
use crate::output::{Alarm, FlushCause, Outlet};
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::BeltMotion;

/// How the counts have kept pace so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// The clock telegram before this one.
    time_ms: u32,
    count: u64,
    /// The belt was said to be at speed then, and has been since.
    at_speed: bool,
    /// How far the counts have stayed behind the slowest belt that is at speed, in micrometres.
    behind_um: i64,
    /// How far they have run ahead of the fastest belt.
    ahead_um: i64,
    /// How far they are taken to be off since they last came on as they should.
    off_um: i64,
}

impl Pace {
    /// The drive says something else than before.
    pub(super) fn motion_changes(&mut self) {
        (self.at_speed, self.behind_um) = (false, 0);
    }
}

/// Between two clock telegrams pass 20 ms. Where they stand further apart than this, nothing is said of the time between.
const APART_MS: u32 = 1_000;
/// Of the last sixteen expectations so many ended otherwise, and so many of these at another PEC than the one before: that
/// is no matter of a PEC, nor of an item.
const ABNORMAL: u32 = 12;
const ELSEWHERE: u32 = 3;
/// The board tells its time in whole milliseconds; beside a window's base, this much of travel is nothing.
const ROUNDED_MS: i64 = 2;

impl Core {
    /// A clock telegram came. No belt is faster than the fastest, and while the drive says that it is at speed, it is not
    /// slower than the slowest. By how much the counts do otherwise every window becomes wider; and where one item may
    /// come in another one's place, what rides is unknown (T10).
    pub(crate) fn watch_pace(&mut self, count: u64, time_ms: u32, out: &mut Outputs) {
        if self.belt.outcomes.count_ones() >= ABNORMAL && self.belt.elsewhere.count_ones() >= ELSEWHERE {
            self.all_is_elsewhere(out);
        }
        let at_speed = self.belt.motion == BeltMotion::Running;
        let fresh = Pace { time_ms, count, at_speed, behind_um: 0, ahead_um: 0, off_um: 0 };
        let last = self.belt.pace.filter(|last| time_ms.wrapping_sub(last.time_ms) <= APART_MS);
        let Some(last) = last else {
            self.belt.pace = Some(fresh);
            return;
        };
        let line = &self.geometry.line;
        let passed_ms = i64::from(time_ms.wrapping_sub(last.time_ms));
        // One millimetre a second is one micrometre a millisecond.
        let least_um = if at_speed && last.at_speed { i64::from(line.speed_min_mm_s) * passed_ms } else { i64::MIN };
        let most_um = i64::from(line.speed_max_mm_s) * passed_ms;
        let went_um = (count as i64 - last.count as i64) * self.geometry.um_per_count;
        let behind_um = last.behind_um.saturating_add(least_um.saturating_sub(went_um)).max(0);
        let ahead_um = (last.ahead_um + went_um - most_um).max(0);
        let allowed_um = line.window_base_um + i64::from(line.speed_max_mm_s) * ROUNDED_MS;
        let off_um = if went_um >= least_um && went_um <= most_um { 0 } else { last.off_um };
        let worst_um = behind_um.max(ahead_um);
        if worst_um <= allowed_um {
            self.belt.pace = Some(Pace { behind_um, ahead_um, off_um, ..fresh });
        } else {
            self.belt.pace = Some(Pace { off_um: off_um + worst_um, ..fresh });
            self.out_of_pace(worst_um, off_um, out);
        }
    }

    /// Hardly anything comes where it is expected: the counts went wrong while the belt ran down or up, when nobody can say
    /// how fast it has to be.
    #[inline(never)]
    fn all_is_elsewhere(&mut self, out: &mut Outputs) {
        self.belt.forget_outcomes();
        if self.items.len() > 0 {
            self.alarm(Alarm::EncoderFault, true, out);
            self.flush(FlushCause::OutOfPace, out);
        }
    }

    /// The counts are off by so much, after what they were off by just before.
    #[inline(never)]
    fn out_of_pace(&mut self, by_um: i64, before_um: i64, out: &mut Outputs) {
        self.alarm(Alarm::EncoderFault, true, out);
        let line = &self.geometry.line;
        // Up to half the smallest pitch nobody comes nearer to another's place than to his own.
        let most_um = (line.item_min_um + line.gap_min_um) / 2;
        if before_um + by_um <= most_um {
            self.widen_windows(by_um);
            self.withdraw_crowded(out);
        } else if before_um <= most_um || self.items.len() > 0 {
            // An encoder that is dead lags for ever: once is enough, unless something has come meanwhile.
            self.flush(FlushCause::OutOfPace, out);
        }
    }

    /// Takes back the fires of items that are not surely apart from their neighbours any more (T4).
    fn withdraw_crowded(&mut self, out: &mut Outputs) {
        for rank in 0..self.items.len() {
            let slot = self.items.order()[rank];
            let Some(item) = self.items.get(slot) else { continue };
            let Divert::Queued { chute, .. } = item.divert else { continue };
            let chute = self.geometry.chute_of_number(chute).map(|chute| self.geometry.chutes()[chute]);
            if item.outlet != Outlet::EndOfLine && !chute.is_some_and(|chute| self.gaps_fit(slot, &chute)) {
                self.withdraw(slot, out);
                self.decide(slot, out);
            }
        }
    }
}
