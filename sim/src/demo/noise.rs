//! The machine's own scheduling noise: how much later than asked a thread that does nothing wakes up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Length of one sleep.
const NAP: Duration = Duration::from_millis(2);

/// Measures until it is dropped.
#[derive(Debug)]
pub struct Noise {
    worst_us: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Noise {
    /// Begins to measure.
    #[must_use]
    pub fn measure() -> Self {
        let noise = Self { worst_us: Arc::default(), over: Arc::default() };
        let (worst_us, over) = (Arc::clone(&noise.worst_us), Arc::clone(&noise.over));
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let begin = Instant::now();
                thread::sleep(NAP);
                let late = u64::try_from(begin.elapsed().saturating_sub(NAP).as_micros()).unwrap_or(u64::MAX);
                worst_us.fetch_max(late, Ordering::Relaxed);
            }
        });
        noise
    }

    /// The worst so far, milliseconds.
    #[must_use]
    pub fn worst_ms(&self) -> f64 {
        self.worst_us.load(Ordering::Relaxed) as f64 / 1000.0
    }
}

impl Drop for Noise {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
