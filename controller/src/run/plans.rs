//! Follows the plan's file. A plan with a problem changes nothing, and one that was taken is never edited.

use super::plan_taken::{PlanTaken, PlanVerdict};
use crate::config::{CheckedPlan, LineConfig, load_plan};
use crate::feed::Flights;
use sortie_core::plan::Plan;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Size and time of a file, by which a change is seen; `None` while it is not there.
type Sight = Option<(u64, u64, i64, i64)>;

/// What was last seen of the plan's file.
#[derive(Debug, Default)]
pub(super) struct PlanFile {
    sight: Option<Sight>,
    flights: u64,
    /// What was last told of it, so that it is told once.
    told: String,
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
        let sight = sight(&config.files.plan);
        if self.sight == Some(sight) && self.flights == flights.changes() {
            return Looked::default();
        }
        self.sight = Some(sight);
        self.flights = flights.changes();
        let (feed, text) = match load_plan(&config.files.plan, config, flights) {
            Ok(checked) => read(checked, taken),
            Err(problems) => (None, format!("{problems}; the plan in use stays in use")),
        };
        let new = !text.is_empty() && text != self.told;
        let said = new.then(|| text.clone());
        self.told = text;
        Looked { feed, said }
    }
}

fn read(checked: CheckedPlan, taken: &mut PlanTaken) -> (Option<Plan>, String) {
    let CheckedPlan { plan, notes } = checked;
    let version = plan.version;
    match taken.plan(&plan) {
        PlanVerdict::Taken => (None, String::new()),
        PlanVerdict::New => {
            let notes = match notes.len() {
                0 => String::new(),
                many => format!("; {many} notes, see `sortie plan check`"),
            };
            (Some(plan), format!("plan version {version} was read and goes into use at its time{notes}"))
        }
        PlanVerdict::Edited => {
            let why = "has another content than the plan of that version that was taken; a plan is never edited";
            (None, format!("plan version {version} {why}: write it with a higher version"))
        }
        PlanVerdict::Older(newest) => {
            let remedy = "write it with a higher version, or order rollback-plan";
            (None, format!("plan version {version} is older than version {newest}, which was taken: {remedy}"))
        }
    }
}

fn sight(path: &Path) -> Sight {
    let data = std::fs::metadata(path).ok()?;
    Some((data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
}
