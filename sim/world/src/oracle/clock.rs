//! UTC as a controller may have heard it: the computer's clock, however it was set meanwhile.
//!
//! A controller hears the clock once a second. One that is suddenly far off need not be believed before it has stayed so
//! for a minute, and what was heard once is not taken back: a clock that is set back opens no flight again.

/// The controller hears the time once a second; this much more is granted, ns.
const HEARING_NS: u64 = 1_200_000_000;
/// A clock that was set by much may be disbelieved for so long, ns.
const DISBELIEF_NS: u64 = 62_000_000_000;
/// No run lasts so long, ns.
const AGES_NS: u64 = 1 << 56;

/// The computer's clock.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    start_utc_ms: i64,
    /// How much faster than the line UTC runs.
    speed: u32,
    /// From when on the clock was off by how much, ms.
    sets: Vec<(u64, i64)>,
}

impl Clock {
    pub(super) fn new(start_utc_ms: i64, speed: u32) -> Self {
        Self { start_utc_ms, speed: speed.max(1), sets: Vec::new() }
    }

    /// From `at` on the clock is off by `off_ms`.
    pub(super) fn set(&mut self, at: u64, off_ms: i64) {
        self.sets.push((at, off_ms));
    }

    /// The controller came back, and may disbelieve the clock anew if it did so when it wrote something down last. When the
    /// clock will be put right may be known already.
    pub(super) fn looked_at_anew(&mut self, at: u64, written_at: u64) {
        let place = self.sets.partition_point(|(set, _)| *set <= at);
        let before = place.checked_sub(1).map(|before| self.sets[before]);
        if let Some((set, off_ms)) = before.filter(|(set, _)| written_at < set + DISBELIEF_NS) {
            self.sets.extend([(written_at.max(set), off_ms), (at, off_ms)]);
            self.sets.sort_by_key(|(set, _)| *set);
        }
    }

    /// What a controller that hears the time once a second may be behind, ms of UTC.
    pub(super) fn hearing_ms(&self) -> i64 {
        1_500 * i64::from(self.speed)
    }

    /// What a clock that is never off shows.
    pub(super) fn right_ms(&self, at: u64) -> i64 {
        self.start_utc_ms + (at / 1_000_000 * u64::from(self.speed)).cast_signed()
    }

    /// The latest UTC that a controller can have heard by `at`.
    pub(super) fn latest_ms(&self, at: u64) -> i64 {
        self.ends(at).map(|end| self.right_ms(end) + self.offs(end).1).max().unwrap_or_default()
    }

    /// The UTC that a controller must have heard by `at`, or a later one. What the clock showed only just before it was set
    /// need not have been heard.
    pub(super) fn surely_ms(&self, at: u64) -> i64 {
        let heard = |end: u64| end.saturating_sub(HEARING_NS);
        self.ends(at).map(heard).map(|end| self.right_ms(end) + self.offs(end).0).max().unwrap_or_default()
    }

    /// When a controller has heard `utc_ms` at the earliest, and when it must have, as far as the clock is known now.
    pub(super) fn when(&self, utc_ms: i64) -> (u64, u64) {
        (self.first(|at| self.latest_ms(at) >= utc_ms), self.first(|at| self.surely_ms(at) >= utc_ms))
    }

    /// The first time at which something is reached that stays so.
    fn first(&self, reached: impl Fn(u64) -> bool) -> u64 {
        let (mut before, mut by) = (0, AGES_NS);
        while before < by {
            let middle = u64::midpoint(before, by);
            if reached(middle) { by = middle } else { before = middle + 1 }
        }
        by
    }

    /// Up to `at`, the ends of all times in which what a controller may go by ran undisturbed.
    fn ends(&self, at: u64) -> impl Iterator<Item = u64> {
        let ends = self.sets.iter().flat_map(|(set, _)| [set.saturating_sub(1), set + DISBELIEF_NS - 1]);
        ends.filter(move |end| *end < at).chain([at])
    }

    fn off_ms(&self, at: u64) -> i64 {
        self.sets.iter().rev().find(|(set, _)| *set <= at).map_or(0, |(_, off)| *off)
    }

    /// The least and the most that it was off within the time in which it need not be believed. One that is set again
    /// meanwhile need not be believed from then on, and what it was before all of that still goes on.
    fn offs(&self, at: u64) -> (i64, i64) {
        let mut since = at.saturating_sub(DISBELIEF_NS);
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for &(set, off) in self.sets.iter().rev().filter(|(set, _)| *set <= at) {
            if set < since {
                break;
            }
            since = set.saturating_sub(DISBELIEF_NS);
            (least, most) = (least.min(off), most.max(off));
        }
        let before = self.off_ms(since);
        (least.min(before), most.max(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    #[test]
    fn a_clock_that_nobody_sets_is_heard_within_a_good_second() {
        let clock = Clock::new(1_000_000, 1);
        assert_eq!((clock.latest_ms(10 * S), clock.surely_ms(10 * S)), (1_010_000, 1_008_800));
    }

    #[test]
    fn a_clock_that_is_set_back_takes_nothing_back() {
        let mut clock = Clock::new(0, 1);
        clock.set(100 * S, -3_600_000);
        let (latest, surely) = (clock.latest_ms(400 * S), clock.surely_ms(400 * S));
        assert!((161_000..=162_000).contains(&latest), "it ran on for a minute before it was followed: {latest}");
        assert!((98_000..100_000).contains(&surely), "{surely}");
    }

    #[test]
    fn what_a_clock_showed_just_before_it_was_set_back_need_not_have_been_heard() {
        let mut clock = Clock::new(0, 1);
        clock.set(100 * S, -10_000);
        assert_eq!((clock.surely_ms(105 * S), clock.surely_ms(110 * S)), (98_799, 98_800));
        assert_eq!(clock.when(99_500).1, 110_700 * S / 1_000);
    }

    #[test]
    fn who_comes_back_meanwhile_may_disbelieve_it_for_another_minute() {
        for (back, latest_ms) in [(150 * S, 211_000..=212_000), (170 * S, 161_000..=162_000)] {
            let mut clock = Clock::new(0, 1);
            clock.set(100 * S, -3_600_000);
            clock.set(900 * S, 0);
            clock.looked_at_anew(back, back - S);
            let latest = clock.latest_ms(400 * S);
            assert!(latest_ms.contains(&latest), "{back} {latest}");
        }
    }

    #[test]
    fn who_comes_back_without_having_written_it_down_may_disbelieve_it_again() {
        for (written, latest_ms) in [(179, 200_000), (150, 3_800_000)] {
            let mut clock = Clock::new(0, 1);
            clock.set(0, 3_600_000);
            clock.set(100 * S, 0);
            clock.looked_at_anew(180 * S, written * S);
            assert_eq!(clock.offs(200 * S).1 + clock.right_ms(200 * S), latest_ms, "{written}");
        }
    }

    #[test]
    fn a_clock_that_is_set_again_and_again_need_not_be_believed_before_it_is_left_alone() {
        let mut clock = Clock::new(0, 1);
        clock.set(100 * S, 3_600_000);
        for (set, off_ms) in [(200, 0), (250, 1_800_000), (300, 0)] {
            clock.set(set * S, off_ms);
        }
        assert!((3_961_000..3_962_000).contains(&clock.latest_ms(400 * S)), "{}", clock.latest_ms(400 * S));
    }

    #[test]
    fn a_clock_that_was_wrong_once_makes_no_later_time_uncertain() {
        let mut clock = Clock::new(0, 3);
        clock.set(100 * S, -6_000_000);
        clock.set(130 * S, 0);
        let (earliest, surely) = clock.when(1_500_000);
        assert_eq!((earliest, surely), (500 * S, 501_200_000_000));
        let (earliest, surely) = clock.when(330_000);
        assert_eq!(earliest, 110 * S, "who does not believe it goes on");
        assert!(
            (111 * S..194 * S).contains(&surely),
            "who does hears it within a minute of its being right again: {surely}"
        );
    }

    #[test]
    fn a_clock_that_is_set_forward_is_believed_after_a_minute() {
        let mut clock = Clock::new(0, 1);
        clock.set(100 * S, 3_600_000);
        assert_eq!(clock.latest_ms(110 * S), 3_710_000);
        assert_eq!(clock.surely_ms(110 * S), 108_800);
        assert_eq!(clock.surely_ms(200 * S), 3_798_800);
    }
}
