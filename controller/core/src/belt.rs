//! How far the belt has moved, as far as the board's in-sequence telegrams say.

use crate::geometry::Geometry;
use crate::tracking::Pace;
use sortie_protocol::board::telegram::BeltMotion;

/// The oscillators of host and board drift apart by less than this many nanoseconds a millisecond (200 ppm).
const DRIFT_NS_PER_MS: i64 = 200;

/// What an answer of the board may have waited anywhere; where it is later than that, one of the clocks was set.
const ANSWER_LATE_NS: i64 = 100_000_000;

/// Clock telegrams come every 20 ms; in so many milliseconds the fastest belt goes as far as any count may be ahead of one.
const CLOCK_LATE_MS: u32 = 100;

/// The newest clock telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    count: u64,
    time_ms: u32,
    /// Host time at which the board's clock read `time_ms`, by the quickest telegrams; never too early by more than
    /// one telegram's latency.
    host_ns: u64,
}

/// Count domain and link state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Belt {
    /// Highest count heard, extended to 64 bits.
    pub(crate) count: u64,
    known: bool,
    /// Events were lost: nobody knows how far the belt went meanwhile.
    pub(crate) may_leap: bool,
    clock: Option<Clock>,
    /// Smallest `host − board` offset seen, allowed to drift upwards.
    offset_ns: Option<i64>,
    pub(crate) motion: BeltMotion,
    /// How the counts keep pace with the belt; `None` before the first clock telegram.
    pub(crate) pace: Option<Pace>,
    /// How the last expectations of all PECs ended, newest in bit 0; a set bit was abnormal.
    pub(crate) outcomes: u16,
    /// Which of them were abnormal at another PEC than the abnormal one before.
    pub(crate) elsewhere: u16,
    abnormal_at: usize,
    pub(crate) estop: bool,
    /// Where the belt stood when the newest emergency stop was released: up to there, people had their hands on it.
    pub(crate) released_at: u64,
    pub(crate) link_up: bool,
    pub(crate) boot: Option<u32>,
    pub(crate) next_seq: u32,
}

impl Belt {
    pub(crate) fn new() -> Self {
        Self {
            count: 1 << 32,
            known: false,
            may_leap: false,
            clock: None,
            offset_ns: None,
            motion: BeltMotion::Stopped,
            pace: None,
            outcomes: 0,
            elsewhere: 0,
            abnormal_at: 0,
            estop: false,
            released_at: 0,
            link_up: false,
            boot: None,
            next_seq: 1,
        }
    }

    /// How an expectation at a PEC ended.
    pub(crate) fn note_outcome(&mut self, pec: usize, abnormal: bool) {
        let elsewhere = abnormal && pec != self.abnormal_at;
        self.outcomes = (self.outcomes << 1) + u16::from(abnormal);
        self.elsewhere = (self.elsewhere << 1) + u16::from(elsewhere);
        if abnormal {
            self.abnormal_at = pec;
        }
    }

    /// What was expected is expected no more.
    pub(crate) fn forget_outcomes(&mut self) {
        (self.outcomes, self.elsewhere, self.abnormal_at) = (0, 0, 0);
    }

    /// Starts a new count domain: what was counted before means nothing now.
    pub(crate) fn forget(&mut self) {
        (self.known, self.pace) = (false, None);
        self.forget_clock();
    }

    /// Forgets how the board's clock stands to ours.
    pub(crate) fn forget_clock(&mut self) {
        (self.clock, self.offset_ns) = (None, None);
    }

    /// Extends a count of the wire; `None` if it cannot belong to this count domain.
    pub(crate) fn extend(&mut self, wire: u32, geometry: &Geometry) -> Option<u64> {
        if !self.known {
            self.known = true;
            // The next multiple of 2^32: no count of an older domain is as high.
            self.count = (((self.count >> 32) + 1) << 32) + u64::from(wire);
            return Some(self.count);
        }
        let delta = i64::from(wire.wrapping_sub(self.count as u32) as i32);
        let back = 2 * geometry.edge_late as i64;
        if delta < -back || delta > geometry.jump {
            return None;
        }
        self.may_leap = false;
        let count = self.count.saturating_add_signed(delta);
        self.count = self.count.max(count);
        Some(count)
    }

    /// Takes a count as it is, though nobody knows how far it is from the last one; whether the counts can have gone on to
    /// it from there.
    pub(crate) fn leap(&mut self, wire: u32) -> bool {
        let ahead = wire.wrapping_sub(self.count as u32);
        (self.may_leap, self.pace) = (false, None);
        self.count += u64::from(ahead);
        ahead.cast_signed() >= 0
    }

    /// Takes a clock telegram.
    pub(crate) fn clock(&mut self, at: u64, count: u64, time_ms: u32) {
        let board_ns = i64::from(time_ms) * 1_000_000;
        let sample = at as i64 - board_ns;
        let passed_ms = self.clock.map_or(0, |clock| i64::from(time_ms.wrapping_sub(clock.time_ms)));
        // A wrapped or stepped board clock starts a new estimate.
        let stepped = self.clock.is_some_and(|clock| time_ms < clock.time_ms);
        let offset = match self.offset_ns {
            Some(offset) if !stepped => sample.min(offset + DRIFT_NS_PER_MS * passed_ms),
            _ => sample,
        };
        self.offset_ns = Some(offset);
        self.clock = Some(Clock { count, time_ms, host_ns: (board_ns + offset).max(0) as u64 });
    }

    /// The board said its time at `at`, and no telegram of it has come since a restart. If the clocks stand to each
    /// other otherwise than before, ours was set while nobody ran; a wrong age would spoil every read until it has
    /// drifted away. `true` if it was.
    pub(crate) fn compare_clocks(&mut self, at: u64, time_ms: u32) -> bool {
        let (Some(clock), Some(offset)) = (&mut self.clock, &mut self.offset_ns) else { return false };
        let passed_ms = i64::from(time_ms.wrapping_sub(clock.time_ms));
        let sample = at as i64 - i64::from(time_ms) * 1_000_000;
        let latest = *offset + DRIFT_NS_PER_MS * passed_ms + ANSWER_LATE_NS;
        let was_set = sample > latest || sample < *offset - ANSWER_LATE_NS;
        if was_set {
            *offset = sample;
            clock.host_ns = (i64::from(clock.time_ms) * 1_000_000 + sample).max(0) as u64;
        }
        was_set
    }

    /// The board said its time at `at` in its answer to the greeting, which does not wait behind what the board has kept
    /// as its telegrams do.
    pub(crate) fn learn_clock(&mut self, at: u64, time_ms: u32) {
        self.offset_ns.get_or_insert(at as i64 - i64::from(time_ms) * 1_000_000);
    }

    /// The smallest `host − board` offset so far, ns: that of the quickest telegram.
    pub(crate) fn offset_ns(&self) -> Option<i64> {
        self.offset_ns
    }

    /// Board time of the newest clock telegram.
    pub(crate) fn echo_ms(&self) -> Option<u32> {
        self.clock.map(|clock| clock.time_ms)
    }

    /// Whether the belt can have come as far since the newest clock telegram as the counts say.
    pub(crate) fn keeps_to_clock(&self, geometry: &Geometry) -> bool {
        self.clock.is_none_or(|clock| self.count <= clock.count + geometry.travel(CLOCK_LATE_MS))
    }

    /// Between which counts the belt stood at a host time: at least, at most.
    pub(crate) fn count_between(&self, at: u64, geometry: &Geometry) -> Option<(u64, u64)> {
        let clock = self.clock?;
        let age_ns = at.saturating_sub(clock.host_ns);
        let age_ms = u32::try_from(age_ns / 1_000_000).unwrap_or(u32::MAX).saturating_add(1);
        let most = clock.count + geometry.travel(age_ms.saturating_add(geometry.line.link_latency_ms).min(600_000));
        Some((self.count.min(most), most.max(self.count)))
    }

    /// What the board's clock showed at most at a host time, in milliseconds; it wraps as that clock does.
    pub(crate) fn board_ms_at_most(&self, at: u64, geometry: &Geometry) -> Option<u32> {
        let (clock, offset_ns) = (self.clock?, self.offset_ns?);
        let age_ms = at.saturating_sub(clock.host_ns) as i64 / 1_000_000;
        // The quickest telegram was under way, too, and the board tells its time in whole milliseconds.
        let late_ns = (i64::from(geometry.line.link_latency_ms) + 1) * 1_000_000 + DRIFT_NS_PER_MS * age_ms;
        let latest_ns = at as i64 - offset_ns + late_ns;
        Some((latest_ns + 999_999).div_euclid(1_000_000) as u32)
    }
}
