//! The controller's clock: the only place that reads the computer's.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Monotonic nanoseconds that go on where the journal ended, so that no input is older than one before a restart.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    offset: u64,
}

impl Clock {
    /// A clock that says `at` now.
    #[must_use]
    pub fn starting_at(at: u64) -> Self {
        Self { start: Instant::now(), offset: at }
    }

    /// Nanoseconds now.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.offset + u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX - self.offset)
    }

    /// How long it is until `at`; zero if that has passed.
    #[must_use]
    pub fn until(&self, at: u64) -> Duration {
        Duration::from_nanos(at.saturating_sub(self.now()))
    }

    /// UTC, milliseconds since 1970.
    #[must_use]
    pub fn utc_ms() -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}
