//! One run in virtual time, from a scenario and a seed to a summary.

use super::controller::Controller;
use super::judge::Judge;
use super::real::RealController;
use super::sim_line::{NoLine, SimLine};
use super::trace::Trace;
use super::virtual_time::{Ended, VirtualTime};
use serde_json::{Map, Value};
use sortie_controller::config::line_from_str;
use sortie_controller::journal::memory::Keep;
use sortie_world::World;
use sortie_world::events::StrikeKind;
use sortie_world::scenario::Scenario;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// The summary, one JSON object.
    pub summary: Map<String, Value>,
    /// What is wrong, in words; empty if nothing is.
    pub wrong: Vec<String>,
}

/// Runs it. `trace` gets everything that the trace hash covers.
///
/// # Errors
/// If the line cannot be built or the trace cannot be written.
pub fn run(plan: &Plan, trace: Option<Box<dyn Write + Send>>) -> Result<Outcome, NoLine> {
    let (line, text) = SimLine::new(&plan.scenario, plan.seed, plan.parcels)?;
    let trace = Trace::new(trace);
    match plan.which {
        Which::Real => {
            let config = line_from_str("line.toml", &text).map_err(|problems| problems.to_string())?;
            let killed = plan.scenario.faults.contains_key(&StrikeKind::ControllerKilled);
            let keep = if killed { Keep::Records } else { Keep::Hash };
            finish(plan, VirtualTime::new(line, RealController::new(Arc::new(config), keep), trace).run())
        }
        Which::Naive => Err("the naive control is not part of this build".into()),
    }
}

fn finish<C: Controller>(plan: &Plan, ended: Ended<SimLine, C>) -> Result<Outcome, NoLine> {
    let Ended { line, controller, trace, at, notes } = ended;
    let (world, judge) = line.into_parts();
    let mut summary = judge.summary(&world);
    let hash = trace.finish()?;
    let mut put = |key: &str, value: Value| summary.insert(key.to_owned(), value);
    put("seed", plan.seed.into());
    put("scenario", plan.scenario.name.clone().into());
    put("bytes", bytes(&world));
    put("wire", wire(&world, &controller));
    put("notes", notes.into());
    let sim = Duration::from_nanos(at).as_secs_f64();
    put("sim_seconds", sim.into());
    put("parcels_per_hour", ((world.fed() as f64 * 3600.0 / sim.max(1.0)).round() as u64).into());
    put("trace_hash", format!("{hash:016x}").into());
    put("wall_seconds", plan.begin.elapsed().as_secs_f64().into());
    let wrong = wrong(&plan.scenario, &judge, &summary);
    Ok(Outcome { summary, wrong })
}

/// Everything for which a run fails.
fn wrong(scenario: &Scenario, judge: &Judge, summary: &Map<String, Value>) -> Vec<String> {
    let mut wrong = Vec::new();
    for key in ["missorts", "invariant_violations"] {
        let count = summary.get(key).and_then(Value::as_u64).unwrap_or(0);
        if count > 0 {
            wrong.push(format!("{key}: {count}"));
        }
    }
    wrong.extend(judge.findings());
    for (kind, rate) in &scenario.faults {
        if rate.per_10000 > 0 && judge.effective(*kind) == 0 {
            wrong.push(format!("the fault {} is on and had no effective strike; feed more parcels", kind.name()));
        }
    }
    wrong
}

fn bytes(world: &World) -> Value {
    let counts = world.ports().iter().enumerate().map(|(port, info)| {
        let (to_host, to_line) = world.bytes(port);
        (info.role.clone(), Value::from(to_host + to_line))
    });
    Value::Object(counts.collect())
}

/// What the controller's codecs made of the bytes.
fn wire(world: &World, controller: &impl Controller) -> Value {
    let counts = world.ports().iter().enumerate().map(|(port, info)| {
        let count = controller.wire(port);
        (info.role.clone(), serde_json::json!({ "frames": count.frames, "errors": count.errors }))
    });
    Value::Object(counts.collect())
}
