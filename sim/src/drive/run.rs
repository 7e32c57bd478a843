//! One run in virtual time, from a scenario and a seed to a summary.

use super::controller::{Controller, WireCount};
use super::real::{RealController, StepWatch};
use super::sim_line::{NoLine, SimLine};
use super::trace::Trace;
use super::virtual_time::{Ended, Notes, VirtualTime};
use crate::naive::NaiveController;
use crate::report::{Collected, Collector};
use sortie_controller::config::line_from_str;
use sortie_controller::journal::memory::Keep;
use sortie_world::events::StrikeKind;
use sortie_world::files::LineFile;
use sortie_world::scenario::Scenario;
use sortie_world::setup::Faults;
use sortie_world::summary::{RunFacts, Summary};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// Which controller drives the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The engine of `sortie run`.
    Real,
    /// The negative control.
    Naive,
}

/// What a run is to be.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario, with its faults chosen.
    pub scenario: Scenario,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Parcels to feed.
    pub parcels: u64,
    /// Which controller.
    pub which: Which,
    /// When the process began, for the wall seconds.
    pub begin: Instant,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The oracle's verdict and the figures.
    pub summary: Summary,
    /// Frames and errors of each port as the controller counted them, by role.
    pub wire: BTreeMap<String, WireCount>,
    /// What is wrong, in words; empty if nothing is.
    pub wrong: Vec<String>,
    /// Parcels that came while the faults were on, and the time that they took, ns.
    pub storm: (u64, u64),
}

/// Runs it. `trace` gets everything that the trace hash covers.
///
/// # Errors
/// If the line cannot be built or the trace cannot be written.
pub fn run(plan: &Plan, trace: Option<Box<dyn Write + Send>>) -> Result<Outcome, NoLine> {
    begin(plan, trace, None, false).map(|(outcome, _)| outcome)
}

/// The same, with what a report needs.
///
/// # Errors
/// Those of [`run`].
pub fn reported(plan: &Plan, trace: Option<Box<dyn Write + Send>>) -> Result<(Outcome, Collected), NoLine> {
    let (outcome, collected) = begin(plan, trace, None, true)?;
    collected.map(|collected| (outcome, collected)).ok_or_else(|| "nothing was collected".into())
}

/// The same, with somebody who watches every step of the real controller's core.
///
/// # Errors
/// Those of [`run`].
pub fn watched(
    plan: &Plan,
    trace: Option<Box<dyn Write + Send>>,
    watch: Box<dyn StepWatch>,
) -> Result<Outcome, NoLine> {
    begin(plan, trace, Some(watch), false).map(|(outcome, _)| outcome)
}

/// The outcome, and what a report needs, if it is wanted.
type Ran = (Outcome, Option<Collected>);

fn begin(
    plan: &Plan,
    trace: Option<Box<dyn Write + Send>>,
    watch: Option<Box<dyn StepWatch>>,
    report: bool,
) -> Result<Ran, NoLine> {
    let (mut line, text) = SimLine::new(&plan.scenario, plan.seed, plan.parcels)?;
    let file: LineFile = toml::from_str(&text)?;
    if report {
        line.collect(Collector::new(&file));
    }
    let trace = Trace::new(trace);
    match plan.which {
        Which::Real => {
            let config = line_from_str("line.toml", &text).map_err(|problems| problems.to_string())?;
            let kills = [StrikeKind::ControllerKilled, StrikeKind::JournalTorn];
            let killed = kills.iter().any(|kind| plan.scenario.faults.contains_key(kind));
            let keep = if killed { Keep::Records } else { Keep::Newest };
            let controller = RealController::new(Arc::new(config), keep).with_utc_speed(plan.scenario.run.utc_speed);
            let controller = if let Some(watch) = watch { controller.with_watch(watch) } else { controller };
            let controller = if plan.scenario.run.ledger { controller.with_ledger() } else { controller };
            finish(plan, file, VirtualTime::new(line, controller, trace).run())
        }
        Which::Naive => {
            let naive = NaiveController::new(&file)?;
            finish(plan, file, VirtualTime::new(line, naive, trace).run())
        }
    }
}

fn finish<C: Controller>(plan: &Plan, file: LineFile, ended: Ended<SimLine, C>) -> Result<Ran, NoLine> {
    let Ended { mut line, controller, trace, at, notes } = ended;
    let collected = line.take_collected();
    let storm = line.storm();
    let (world, judge) = line.into_parts();
    let by_role = || world.ports().iter().map(|info| info.role.clone()).zip(0..);
    let wire = by_role().map(|(role, port)| (role, controller.wire(port))).collect();
    let both_ways = |port| {
        let (to_host, to_line) = world.bytes(port);
        to_host + to_line
    };
    let facts = RunFacts {
        seed: plan.seed,
        bytes: by_role().map(|(role, port)| (role, both_ways(port))).collect(),
        trace_hash: trace.finish()?,
        wall_seconds: plan.begin.elapsed().as_secs_f64(),
        ..RunFacts::default()
    };
    let faults = &plan.scenario.faults;
    let summary = judge.finish(at, faults, facts);
    let collected = collected.map(|mut collector| {
        collector.finish(at, &summary.findings);
        Collected { line: file, collector: *collector }
    });
    // A run that goes on without its faults is one of many, and has had whatever struck by then.
    let demanded = if plan.scenario.run.calm_parcels > 0 { &Faults::new() } else { faults };
    let wrong = wrong(&summary, demanded, &notes);
    Ok((Outcome { summary, wire, wrong, storm }, collected))
}

/// Everything for which a run fails.
fn wrong(summary: &Summary, faults: &Faults, notes: &Notes) -> Vec<String> {
    let counts = [
        ("missorts", summary.missorts),
        ("violations of invariants", summary.invariant_violations),
        ("lines of the host systems that the controller refused", notes.count),
    ];
    let mut wrong: Vec<String> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect();
    wrong.extend(notes.first.iter().map(|note| format!("the first refused line: {note}")));
    for name in summary.idle_faults(faults) {
        wrong.push(format!("the fault {name} is on and had no effective strike; feed more parcels"));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use sortie_world::setup::FaultRate;
    use sortie_world::summary::StrikeCounts;

    #[test]
    fn a_run_is_wrong_for_each_reason_alone() {
        let none = Notes::default();
        let faults = Faults::from([(StrikeKind::Slip, FaultRate { per_10000: 1, size: None })]);
        let struck = StrikeCounts { strikes: 1, effective: 1 };
        let good = Summary { faults: [("slip", struck)].into(), ..Summary::default() };
        assert!(wrong(&good, &faults, &none).is_empty());
        let violated = Summary { invariant_violations: 1, ..good.clone() };
        assert_eq!(wrong(&violated, &faults, &none), ["1 violations of invariants"]);
        let missorted = Summary { missorts: 2, ..good.clone() };
        assert_eq!(wrong(&missorted, &faults, &none), ["2 missorts"]);
        let missed = StrikeCounts { strikes: 9, effective: 0 };
        let idle = Summary { faults: [("slip", missed)].into(), ..good.clone() };
        let told = wrong(&idle, &faults, &none);
        assert!(told.len() == 1 && told[0].contains("slip"), "{told:?}");
        let note = Notes { count: 1, first: Some("parcels 7: no plate".to_owned()) };
        assert_eq!(wrong(&good, &faults, &note)[1], "the first refused line: parcels 7: no plate");
    }
}
