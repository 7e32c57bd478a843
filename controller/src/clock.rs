//! The controller's clocks: the only place that reads the computer's.

use std::fmt;
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

/// What the computer's wall clock may jump by and be followed at once: what the network corrects, ms.
const FOLLOWED_MS: i64 = 30_000;
/// A clock that was set by more than that is followed when it has stayed so for this long, ns.
const DISBELIEF_NS: u64 = 60_000_000_000;

/// UTC as the core is told it.
///
/// Cut-offs hang on the wall clock, and what has closed stays closed. So a clock that somebody sets ahead by mistake
/// would close every flight of the night, for good; therefore a big jump is told to people at once, but not followed
/// before it has stood for a minute. Until then UTC runs on as it ran.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    /// How many milliseconds of UTC pass in one: 1, but for a simulated night that is in a hurry.
    speed: u32,
    /// The UTC that was told last before the start, as the journal knows it.
    before_ms: Option<i64>,
    /// When which UTC was told.
    told: Option<(u64, i64)>,
    /// Since when the computer's clock is off, and by how much.
    doubted: Option<(u64, i64)>,
}

/// What a look at the wall clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// UTC to go by, milliseconds since 1970.
    pub utc_ms: i64,
    /// What has just happened to the clock.
    pub news: Option<ClockNews>,
    /// How far the computer's clock is off the UTC to go by, ms.
    pub off_ms: i64,
}

/// What happened to the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockNews {
    /// It was set by so many milliseconds, and is not followed yet.
    Set(i64),
    /// It was put right before it was followed.
    PutRight,
    /// It has stayed so, and is followed now; it was set by so many milliseconds.
    Followed(i64),
}

impl fmt::Display for ClockNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(by_ms) => write!(
                f,
                "the computer's clock was set {}: cut-offs go on by the time as it ran before; set the clock right within \
                 a minute if that was a mistake, for then it is followed, and a flight that closes stays closed",
                Span(*by_ms)
            ),
            Self::PutRight => f.write_str("the computer's clock is right again; no cut-off was moved by it"),
            Self::Followed(by_ms) => {
                write!(f, "the computer's clock stayed set {}: cut-offs go by it from now on", Span(*by_ms))
            }
        }
    }
}

/// So much time, and whether forward or back.
struct Span(i64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs() / 1000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{} by {hours} h {minutes} min {seconds} s", if self.0 < 0 { "back" } else { "forward" })
    }
}

impl Default for WallClock {
    fn default() -> Self {
        Self::hurried(1)
    }
}

impl WallClock {
    /// A clock of which UTC passes so many times as fast as the time that it is asked at.
    #[must_use]
    pub fn hurried(speed: u32) -> Self {
        Self { speed, before_ms: None, told: None, doubted: None }
    }

    /// The same of a process that goes on with a journal whose last UTC is this. A computer that comes up with an earlier
    /// time has lost it.
    #[must_use]
    pub fn going_on(self, before_ms: Option<i64>) -> Self {
        Self { before_ms, ..self }
    }

    /// At `at` nanoseconds of a clock that nobody sets, the computer's wall clock shows `shown_ms`.
    pub fn read(&mut self, at: u64, shown_ms: i64) -> Reading {
        let expected = match self.told {
            Some((then, utc_ms)) => {
                let passed_ms = at.saturating_sub(then) / 1_000_000 * u64::from(self.speed);
                utc_ms.saturating_add_unsigned(passed_ms)
            }
            // How long nobody looked is not known, but no less than no time.
            None => self.before_ms.map_or(shown_ms, |before_ms| before_ms.max(shown_ms)),
        };
        let off_ms = shown_ms.saturating_sub(expected);
        let (follows, news) = self.judge(at, off_ms);
        let utc_ms = if follows { shown_ms } else { expected };
        self.told = Some((at, utc_ms));
        Reading { utc_ms, news, off_ms: if follows { 0 } else { off_ms } }
    }

    /// Whether to follow a clock that is off by so much.
    fn judge(&mut self, at: u64, off_ms: i64) -> (bool, Option<ClockNews>) {
        if off_ms.abs() <= FOLLOWED_MS {
            return (true, self.doubted.take().map(|_| ClockNews::PutRight));
        }
        match self.doubted {
            Some((since, by_ms)) if off_ms.saturating_sub(by_ms).abs() <= FOLLOWED_MS => {
                let stays = at.saturating_sub(since) >= DISBELIEF_NS;
                if stays {
                    self.doubted = None;
                }
                (stays, stays.then_some(ClockNews::Followed(by_ms)))
            }
            Some(_) | None => {
                self.doubted = Some((at, off_ms));
                (false, Some(ClockNews::Set(off_ms)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockNews, Reading, WallClock};

    const S: u64 = 1_000_000_000;

    /// A clock that has been read for ten seconds, from UTC 1,000 s on.
    fn running() -> WallClock {
        let mut clock = WallClock::default();
        for second in 0..=10 {
            let shown_ms = 1_000_000 + second as i64 * 1000;
            assert_eq!(clock.read(second * S, shown_ms), Reading { utc_ms: shown_ms, news: None, off_ms: 0 });
        }
        clock
    }

    #[test]
    fn what_the_network_corrects_is_followed_at_once() {
        let mut clock = running();
        assert_eq!(clock.read(11 * S, 1_041_000).utc_ms, 1_041_000);
        assert_eq!(clock.read(12 * S, 1_012_000), Reading { utc_ms: 1_012_000, news: None, off_ms: 0 });
    }

    #[test]
    fn an_hour_too_far_that_is_put_right_does_no_harm() {
        let mut clock = running();
        let wrong = clock.read(11 * S, 4_611_000);
        assert_eq!(wrong, Reading { utc_ms: 1_011_000, news: Some(ClockNews::Set(3_600_000)), off_ms: 3_600_000 });
        assert_eq!(clock.read(12 * S, 4_612_000), Reading { utc_ms: 1_012_000, news: None, off_ms: 3_600_000 });
        let right = clock.read(13 * S, 1_013_200);
        assert_eq!(right, Reading { utc_ms: 1_013_200, news: Some(ClockNews::PutRight), off_ms: 0 });
    }

    #[test]
    fn people_are_told_by_how_much_and_what_to_do() {
        let text = ClockNews::Set(-3_725_000).to_string();
        assert!(text.contains("set back by 1 h 2 min 5 s") && text.contains("within a minute"), "{text}");
    }

    #[test]
    fn what_stays_is_followed_after_a_minute() {
        let mut clock = running();
        for second in 11..71 {
            let reading = clock.read(second * S, second as i64 * 1000 - 2_600_000);
            assert_eq!(reading.utc_ms, 1_000_000 + second as i64 * 1000, "{second}");
        }
        let reading = clock.read(71 * S, -2_529_000);
        assert_eq!((reading.utc_ms, reading.news), (-2_529_000, Some(ClockNews::Followed(-3_600_000))));
        assert_eq!(clock.read(72 * S, -2_528_000), Reading { utc_ms: -2_528_000, news: None, off_ms: 0 });
    }

    #[test]
    fn a_computer_that_comes_up_with_an_earlier_time_is_not_believed_at_once() {
        let mut clock = WallClock::default().going_on(Some(1_000_000));
        let reading = clock.read(10 * S, 0);
        assert_eq!((reading.utc_ms, reading.news), (1_000_000, Some(ClockNews::Set(-1_000_000))));
        assert_eq!(clock.read(11 * S, 1_000).utc_ms, 1_001_000);
        // The network has told it the time.
        assert_eq!(
            clock.read(12 * S, 1_004_000),
            Reading { utc_ms: 1_004_000, news: Some(ClockNews::PutRight), off_ms: 0 }
        );
    }

    #[test]
    fn a_computer_that_comes_up_with_a_later_time_was_down_so_long() {
        let mut clock = WallClock::default().going_on(Some(1_000_000));
        assert_eq!(clock.read(10 * S, 9_000_000), Reading { utc_ms: 9_000_000, news: None, off_ms: 0 });
    }

    #[test]
    fn a_clock_that_is_set_again_is_doubted_anew() {
        let mut clock = running();
        clock.read(11 * S, 4_611_000);
        assert_eq!(clock.read(70 * S, 8_270_000).news, Some(ClockNews::Set(7_200_000)));
        assert_eq!(clock.read(100 * S, 8_300_000).utc_ms, 1_100_000);
        assert_eq!(clock.read(130 * S, 8_330_000).news, Some(ClockNews::Followed(7_200_000)));
    }
}
