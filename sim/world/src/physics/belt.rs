//! The belt drive: travel as an integral of a speed that is constant in short segments.

use rand_chacha::ChaCha8Rng;

use crate::random::{between, stream};
use sortie_protocol::board::telegram::BeltMotion;

const NS: i64 = 1_000_000_000;
/// A ramp is walked in steps of this length.
const RAMP_STEP_NS: u64 = 20_000_000;
/// A running belt keeps its speed this long before the ripple moves it.
const RIPPLE_STEP_NS: u64 = 200_000_000;
/// Ripple never leaves this band around the nominal speed, in thousandths.
const RIPPLE_PERMILLE: i64 = 20;

/// What the drive is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drive {
    Running,
    Stopping,
    Stopped,
    Starting,
}

/// Travel and speed of the belt. Distances are micrometres, times nanoseconds.
#[derive(Debug)]
pub struct Belt {
    from: u64,
    travel: i64,
    speed: i64,
    nominal: i64,
    /// Change of speed in one ramp step, µm/s.
    ramp: i64,
    ripple: i64,
    heading: i64,
    drive: Drive,
    segment_end: u64,
    segments: u64,
    random: ChaCha8Rng,
}

impl Belt {
    /// A belt that runs at `nominal` µm/s from time 0, with its own ripple.
    pub fn new(nominal: i64, seed: u64) -> Self {
        Self {
            from: 0,
            travel: 0,
            speed: nominal,
            nominal,
            ramp: 50_000,
            ripple: 0,
            heading: 2,
            drive: Drive::Running,
            segment_end: RIPPLE_STEP_NS,
            segments: 0,
            random: stream(seed, "belt"),
        }
    }

    /// Travel at `at`, which is not before the running segment's start.
    #[inline]
    pub fn travel_at(&self, at: u64) -> i64 {
        self.travel + self.speed * self.since(at) / NS
    }

    /// When the belt has travelled `travel`, if the running segment went on for ever.
    #[inline]
    pub fn time_at(&self, travel: i64) -> Option<u64> {
        let left = travel - self.travel;
        if left <= 0 {
            return Some(self.from);
        }
        if self.speed == 0 {
            return None;
        }
        // A distance so long that it would overflow is far beyond the segment's end anyway.
        let wait = (left.min(4_000_000_000) * NS + self.speed - 1) / self.speed;
        Some(self.from + wait.unsigned_abs())
    }

    /// True if the belt has travelled `travel` before `at`, if the running segment went on for ever. Says what
    /// [`Belt::time_at`] would, without its division.
    #[inline]
    pub fn reaches(&self, travel: i64, at: u64) -> bool {
        let left = travel - self.travel;
        left <= 0 || left.min(4_000_000_000) * NS <= (self.since(at) - 1) * self.speed
    }

    /// Tells one segment from another.
    #[inline]
    pub fn segment(&self) -> u64 {
        self.segments
    }

    /// End of the running segment, when [`Belt::turn`] is due.
    #[inline]
    pub fn segment_end(&self) -> u64 {
        self.segment_end
    }

    /// Speed now, µm/s.
    #[inline]
    pub fn speed(&self) -> i64 {
        self.speed
    }

    /// What the safety controller says about the drive.
    pub fn motion(&self) -> BeltMotion {
        match self.drive {
            Drive::Running => BeltMotion::Running,
            Drive::Stopped => BeltMotion::Stopped,
            Drive::Stopping | Drive::Starting => BeltMotion::Ramping,
        }
    }

    /// Starts the next segment.
    pub fn turn(&mut self, at: u64) {
        self.settle(at);
        match self.drive {
            Drive::Running => self.ripple(),
            Drive::Stopped => {}
            Drive::Stopping => {
                self.speed = (self.speed - self.ramp).max(0);
                if self.speed == 0 {
                    self.drive = Drive::Stopped;
                }
            }
            Drive::Starting => {
                self.speed = (self.speed + self.ramp).min(self.nominal);
                if self.speed == self.nominal {
                    self.drive = Drive::Running;
                    self.ripple = 0;
                }
            }
        }
        let step = if matches!(self.drive, Drive::Stopping | Drive::Starting) { RAMP_STEP_NS } else { RIPPLE_STEP_NS };
        self.segment_end = at + step;
    }

    /// Runs the belt down, taking about `ramp_ms`.
    pub fn stop(&mut self, at: u64, ramp_ms: u64) {
        self.begin(at, Drive::Stopping, ramp_ms);
    }

    /// Runs the belt up, taking about `ramp_ms`.
    pub fn start(&mut self, at: u64, ramp_ms: u64) {
        self.begin(at, Drive::Starting, ramp_ms);
    }

    fn begin(&mut self, at: u64, drive: Drive, ramp_ms: u64) {
        self.settle(at);
        let steps = (ramp_ms * 1_000_000 / RAMP_STEP_NS).max(1);
        self.ramp = (self.nominal / i64::try_from(steps).unwrap_or(1)).max(1);
        self.drive = drive;
        self.segment_end = at;
    }

    fn ripple(&mut self) {
        let step = between(&mut self.random, 0, 4);
        if self.ripple >= RIPPLE_PERMILLE - 4 {
            self.heading = -1;
        } else if self.ripple <= 4 - RIPPLE_PERMILLE {
            self.heading = 1;
        } else if between(&mut self.random, 0, 19) == 0 {
            self.heading = -self.heading.signum();
        }
        self.ripple += self.heading.signum() * step;
        self.speed = self.nominal + self.nominal / 1000 * self.ripple;
    }

    fn settle(&mut self, at: u64) {
        self.segments += 1;
        self.travel = self.travel_at(at);
        self.from = at;
    }

    #[inline]
    fn since(&self, at: u64) -> i64 {
        i64::try_from(at.saturating_sub(self.from)).unwrap_or(i64::MAX / NS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(belt: &mut Belt, to: u64) {
        while belt.segment_end() <= to {
            belt.turn(belt.segment_end());
        }
    }

    #[test]
    fn keeps_within_two_percent_and_near_the_nominal_speed() {
        let mut belt = Belt::new(2_500_000, 7);
        let mut extremes = (i64::MAX, 0);
        while belt.segment_end() < 600_000_000_000 {
            belt.turn(belt.segment_end());
            extremes = (extremes.0.min(belt.speed()), extremes.1.max(belt.speed()));
        }
        assert!(extremes.0 >= 2_450_000 && extremes.0 < 2_470_000, "{extremes:?}");
        assert!(extremes.1 <= 2_550_000 && extremes.1 > 2_530_000, "{extremes:?}");
        let travel = belt.travel_at(600_000_000_000);
        assert!((1_470_000_000..1_530_000_000).contains(&travel), "{travel}");
    }

    #[test]
    fn runs_down_and_up_by_ramps() {
        let mut belt = Belt::new(2_500_000, 7);
        belt.stop(1_000_000_000, 1000);
        run(&mut belt, 1_500_000_000);
        assert_eq!(belt.motion(), BeltMotion::Ramping);
        run(&mut belt, 3_000_000_000);
        assert_eq!((belt.motion(), belt.speed()), (BeltMotion::Stopped, 0));
        let at_rest = belt.travel_at(3_000_000_000);
        assert_eq!(belt.time_at(at_rest + 1), None);
        belt.start(4_000_000_000, 1000);
        assert_eq!(belt.travel_at(4_000_000_000), at_rest);
        run(&mut belt, 6_000_000_000);
        assert_eq!(belt.motion(), BeltMotion::Running);
    }

    #[test]
    fn a_travel_is_reached_when_it_says() {
        let belt = Belt::new(2_500_000, 7);
        for travel in [1, 2, 1237, 99_999] {
            let at = belt.time_at(travel).unwrap();
            assert!(belt.travel_at(at) >= travel && belt.travel_at(at - 1) < travel, "{travel}");
        }
    }
}
