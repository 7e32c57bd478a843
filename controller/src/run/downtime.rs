//! How long nobody ran the line: the time goes on while a process is dead.
//!
//! The core knows by how much the board's clock lags behind its own, and tells from that how old a count is. If its
//! clock stood still from a kill to the restart, the counts that waited at the board would look fresh, and a read
//! would be given to the item ahead of its own. The journal has UTC once a second; that bridges the gap.

/// Pairs that are remembered: one that was stamped late must not stand alone.
const PAIRS: usize = 4;
/// Milliseconds of UTC are cut off, not rounded; the clock must rather be ahead than behind.
const SLACK_NS: u64 = 2_000_000;

/// When the journal had which UTC.
#[derive(Clone, Debug, Default)]
pub(super) struct Downtime {
    pairs: [Option<(u64, i64)>; PAIRS],
    next: usize,
}

impl Downtime {
    /// At `at`, UTC was `utc_ms`.
    pub(super) fn utc(&mut self, at: u64, utc_ms: i64) {
        self.pairs[self.next % PAIRS] = Some((at, utc_ms));
        self.next += 1;
    }

    /// What the controller's clock has to say when UTC is `utc_ms`, if its last input was taken at `at`.
    pub(super) fn now(&self, at: u64, utc_ms: i64) -> u64 {
        let passed = |then: i64| u64::try_from(utc_ms - then).unwrap_or(0).saturating_mul(1_000_000);
        let bridged = self.pairs.iter().flatten().map(|(at, then)| at.saturating_add(passed(*then)));
        bridged.max().map_or(at, |now| now.saturating_add(SLACK_NS).max(at))
    }
}

#[cfg(test)]
mod tests {
    use super::Downtime;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_clock_has_gone_on_while_nobody_ran() {
        let mut downtime = Downtime::default();
        (0..9u32).for_each(|second| downtime.utc(u64::from(second) * SECOND, 1_000_000 + i64::from(second) * 1000));
        let now = downtime.now(8 * SECOND + 400_000_000, 1_010_500);
        assert!((10_500_000_000..10_510_000_000).contains(&now), "{now}");
    }

    #[test]
    fn a_stamp_that_came_late_does_not_count() {
        let mut downtime = Downtime::default();
        downtime.utc(SECOND, 1_001_000);
        downtime.utc(2 * SECOND, 1_002_300);
        assert!(downtime.now(2 * SECOND, 1_004_000) >= 4 * SECOND);
    }

    #[test]
    fn time_never_goes_back() {
        let mut downtime = Downtime::default();
        assert_eq!(downtime.now(7, 5), 7);
        downtime.utc(SECOND, 1_001_000);
        assert_eq!(downtime.now(9 * SECOND, 0), 9 * SECOND);
    }
}
