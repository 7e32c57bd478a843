//! Real time for the world: its nanoseconds are those of the monotonic clock, and its lateness is measured.

use std::time::{Duration, Instant};

/// The clock of a world on ttys.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    begin: Instant,
    worst_ns: u64,
}

impl Pace {
    /// Time 0 is now.
    #[must_use]
    pub fn start() -> Self {
        Self { begin: Instant::now(), worst_ns: 0 }
    }

    /// Nanoseconds since time 0.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Notes that what was due at `due` is done now.
    pub fn done(&mut self, due: u64) {
        self.worst_ns = self.worst_ns.max(self.now().saturating_sub(due));
    }

    /// How late the worst was, in milliseconds.
    #[must_use]
    pub fn worst_ms(&self) -> f64 {
        Duration::from_nanos(self.worst_ns).as_secs_f64() * 1000.0
    }
}
