//! Follows the plan's file. A plan with a problem changes nothing, one that was taken is never edited, and none is taken
//! while somebody may still be writing it.

use super::plan_taken::{PlanTaken, PlanVerdict};
use crate::clock::Clock;
use crate::config::{CheckedPlan, LineConfig, load_plan};
use crate::feed::Flights;
use sortie_core::plan::Plan;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// A plan is read when its file has not changed for so long. The first half of a plan may be a good plan, and once that
/// was taken the whole one is refused as an edited one.
const SETTLED: Duration = Duration::from_secs(5);
/// The same while no plan was taken yet: nothing is sorted until then.
const FIRST_SETTLED: Duration = Duration::from_secs(1);

/// Size and time of a file, by which a change is seen; `None` while it is not there.
type Sight = Option<(u64, u64, i64, i64)>;

/// What was last seen of the plan's file.
#[derive(Debug, Default)]
pub(super) struct PlanFile {
    settling: Settling,
    sight: Option<Sight>,
    flights: u64,
    /// What was last told of it, so that it is told once.
    told: String,
    refused: bool,
}

/// What a look at the file led to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// A plan to feed.
    pub(super) feed: Option<Plan>,
    /// What people have to know.
    pub(super) said: Option<String>,
}

impl PlanFile {
    /// Reads the plan if its file, or a flight, has changed since the last look.
    pub(super) fn look(&mut self, config: &LineConfig, flights: &Flights, taken: &mut PlanTaken) -> Looked {
        let path = &config.files.plan;
        let seen = sight(path);
        let patience = if taken.has_plan() { SETTLED } else { FIRST_SETTLED };
        let settled = self.settling.is_over(seen, Instant::now(), Clock::utc_ms(), patience);
        if !settled || (self.sight == Some(seen) && self.flights == flights.changes()) {
            return Looked::default();
        }
        let loaded = load_plan(path, config, flights);
        if sight(path) != seen {
            // Somebody began to write it just then.
            return Looked::default();
        }
        self.sight = Some(seen);
        self.flights = flights.changes();
        let read = match loaded {
            Ok(checked) => read(checked, taken),
            Err(problems) => Err(format!("ALARM {problems}; the plan in use stays in use")),
        };
        let was_refused = std::mem::replace(&mut self.refused, read.is_err());
        let (feed, text) = match read {
            Ok((feed, text)) if was_refused => (feed, format!("alarm over: {text}")),
            Ok((Some(plan), text)) => (Some(plan), text),
            Ok((None, _)) => (None, String::new()),
            Err(text) => (None, text),
        };
        let new = !text.is_empty() && text != self.told;
        let said = new.then(|| text.clone());
        self.told = text;
        Looked { feed, said }
    }

    /// True while what is in the file was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.refused
    }
}

/// A plan to feed, if it is a new one, and what is to be said; or why it is refused.
fn read(checked: CheckedPlan, taken: &mut PlanTaken) -> Result<(Option<Plan>, String), String> {
    let CheckedPlan { plan, notes } = checked;
    let version = plan.version;
    match taken.plan(&plan) {
        PlanVerdict::Taken => Ok((None, format!("the plan's file is plan version {version}, as it was taken"))),
        PlanVerdict::New => {
            let notes = match notes.len() {
                0 => String::new(),
                many => format!("; {many} notes, see `sortie plan check`"),
            };
            Ok((Some(plan), format!("plan version {version} was read and goes into use at its time{notes}")))
        }
        PlanVerdict::Edited => {
            let why = "has another content than the plan of that version that was taken; a plan is never edited";
            Err(format!("ALARM plan version {version} {why}: write it with a higher version"))
        }
        PlanVerdict::Older(newest) => {
            let remedy = "write it with a higher version, or order rollback-plan";
            Err(format!("ALARM plan version {version} is older than version {newest}, which was taken: {remedy}"))
        }
    }
}

/// How long a file has been as it is.
#[derive(Debug, Default)]
struct Settling(Option<(Sight, Instant)>);

impl Settling {
    /// Whether the file, as it is seen now, has been so for `patience`: by our own looks, or by its own time, which spares
    /// a start the wait.
    fn is_over(&mut self, seen: Sight, now: Instant, utc_ms: i64, patience: Duration) -> bool {
        let since = match self.0 {
            Some((before, since)) if before == seen => since,
            _ => now,
        };
        self.0 = Some((seen, since));
        let written_ms = seen.map(|(_, _, s, ns)| s.saturating_mul(1_000).saturating_add(ns / 1_000_000));
        let age_ms = written_ms.map_or(0, |written_ms| utc_ms.saturating_sub(written_ms));
        now.duration_since(since) >= patience || u128::try_from(age_ms).is_ok_and(|ms| ms >= patience.as_millis())
    }
}

fn sight(path: &Path) -> Sight {
    let data = std::fs::metadata(path).ok()?;
    Some((data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
}

#[cfg(test)]
mod tests {
    use super::{SETTLED, Settling, Sight};
    use std::time::{Duration, Instant};

    /// A file of so many bytes, written at that second.
    fn file(bytes: u64, second: i64) -> Sight {
        Some((7, bytes, second, 0))
    }

    #[test]
    fn a_file_that_grows_is_waited_for_and_one_at_rest_is_not() {
        let start = Instant::now();
        let mut settling = Settling::default();
        // Written a second ago by a clock that stands at second 100; looked at after so many seconds.
        let mut is_over = |seen: Sight, after: u64, utc_s: i64| {
            settling.is_over(seen, start + Duration::from_secs(after), utc_s * 1_000, SETTLED)
        };
        assert!(!is_over(file(400, 99), 0, 100));
        assert!(!is_over(file(400, 99), 3, 103));
        assert!(!is_over(file(800, 103), 4, 104), "it has grown");
        assert!(!is_over(file(800, 103), 7, 107));
        assert!(is_over(file(800, 103), 8, 108), "by its own time");
        assert!(is_over(file(900, 0), 8, 108), "a finished file was moved there");
    }

    #[test]
    fn a_file_of_another_clock_is_waited_for_by_our_own() {
        let start = Instant::now();
        let mut settling = Settling::default();
        let mut is_over = |seen: Sight, after: u64| {
            settling.is_over(seen, start + Duration::from_secs(after), 100_000 + after as i64 * 1_000, SETTLED)
        };
        assert!(!is_over(file(400, 5_000), 0));
        assert!(!is_over(file(400, 5_000), 4));
        assert!(is_over(file(400, 5_000), 5));
        assert!(!is_over(None, 6), "a file that is gone for a moment is written anew");
        assert!(is_over(None, 11));
    }
}
