//! One seed: drawn, run, judged.

use super::coverage::{Group, Reached, Watch};
use super::draw::{Drawn, draw};
use super::tail::Tail;
use crate::drive::run::{Outcome, Plan, Which, watched};
use serde::{Deserialize, Serialize};
use sortie_world::scenario::Scenario;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

const HOUR_NS: u64 = 3_600_000_000_000;

/// What the swarm runs.
#[derive(Clone, Debug)]
pub struct Order {
    /// Hours of parcels at the drawn rate.
    pub hours: f64,
    /// A scenario whose line, traffic and hosts are taken as they are; the faults are drawn.
    pub base: Option<Scenario>,
}

/// What came of a seed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeedResult {
    /// The seed.
    pub seed: u64,
    /// Which kind of line it was.
    pub topology: String,
    /// Parcels that came, with and without faults.
    pub parcels: u64,
    /// Of them, sorted.
    pub sorted: u64,
    /// Parcels an hour while the faults were on.
    pub traffic_per_hour: u64,
    /// Faults that were on.
    pub faults_on: u64,
    /// True if one of them struck extremely often.
    pub extreme: bool,
    /// Geometries that `sortie check` refused before this one.
    pub refused: u32,
    /// What no controller could have seen, by kind.
    pub undetectable: BTreeMap<String, u64>,
    /// Should have been sorted, and nothing explains why they were not.
    pub unexplained: u64,
    /// Of each check, how often it was looked at.
    pub checks: BTreeMap<String, u64>,
    /// What was reached.
    pub reached: Reached,
    /// Hash of the trace.
    pub hash: String,
    /// What broke, if anything did.
    pub failure: Option<Broken>,
}

/// A seed that broke something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The check that broke first, `panic`, or `wrong`.
    pub check: String,
    /// When, ns.
    pub at: u64,
    /// The first finding in words.
    pub first: String,
    /// Everything that is wrong with the run.
    pub wrong: Vec<String>,
}

/// Runs a seed.
#[must_use]
pub fn run(seed: u64, order: &Order) -> SeedResult {
    let drawn = draw(seed, order.hours, order.base.as_ref());
    let watch = Watch::default();
    let watcher = Box::new(watch.clone());
    let plan = plan(seed, &drawn);
    let outcome = catch_unwind(AssertUnwindSafe(|| watched(&plan, None, watcher)));
    let failed =
        |check: &str, first: String| Broken { check: check.to_owned(), at: u64::MAX, first, wrong: Vec::new() };
    let blank = SeedResult {
        seed,
        topology: drawn.topology.name().to_owned(),
        faults_on: drawn.scenario.faults.values().filter(|rate| rate.per_10000 > 0).count() as u64,
        extreme: drawn.extreme,
        refused: drawn.refused,
        ..SeedResult::default()
    };
    match outcome {
        Ok(Ok(outcome)) => judged(blank, &outcome, watch.reached()),
        Ok(Err(error)) => SeedResult { failure: Some(failed("line", error.to_string())), ..blank },
        Err(panic) => SeedResult { failure: Some(failed("panic", words_of(panic.as_ref()))), ..blank },
    }
}

/// The last things that happened before a seed broke; it is run once more for that.
#[must_use]
pub fn last_events(seed: u64, order: &Order, until: u64) -> Vec<String> {
    let plan = plan(seed, &draw(seed, order.hours, order.base.as_ref()));
    let tail = Tail::new(until);
    let trace = Box::new(tail.clone());
    let _ = catch_unwind(AssertUnwindSafe(|| watched(&plan, Some(trace), Box::new(Watch::default()))));
    tail.lines()
}

fn plan(seed: u64, drawn: &Drawn) -> Plan {
    let scenario = drawn.scenario.clone();
    let parcels = scenario.run.parcels;
    Plan { scenario, seed, parcels, which: Which::Real, begin: Instant::now() }
}

fn judged(blank: SeedResult, outcome: &Outcome, mut reached: Reached) -> SeedResult {
    let summary = &outcome.summary;
    for (fault, counts) in &summary.faults {
        reached.add(Group::Fault, fault, counts.effective);
    }
    // The tracker says nothing of a hole: nothing has happened. Each torn item shows one to some PEC.
    reached.add(Group::Tracker, "hole", reached.of(Group::Fault, "flap"));
    let owned = |(name, count): (&&'static str, &u64)| ((*name).to_owned(), *count);
    let (parcels, ns) = outcome.storm;
    let traffic = u128::from(parcels) * u128::from(HOUR_NS) / u128::from(ns.max(1));
    SeedResult {
        parcels: summary.parcels,
        sorted: summary.sorted,
        traffic_per_hour: u64::try_from(traffic).unwrap_or(u64::MAX),
        undetectable: summary.undetectable.iter().map(owned).collect(),
        unexplained: summary.unexplained,
        checks: summary.checks.iter().map(owned).collect(),
        reached,
        hash: summary.trace_hash.clone(),
        failure: broken(outcome),
        ..blank
    }
}

fn broken(outcome: &Outcome) -> Option<Broken> {
    if outcome.wrong.is_empty() {
        return None;
    }
    let mut findings = outcome.summary.findings.iter().filter(|finding| finding.check != "unexplained");
    let Some(first) = findings.next() else {
        let first = outcome.wrong.first().cloned().unwrap_or_default();
        return Some(Broken { check: "wrong".to_owned(), at: u64::MAX, first, wrong: outcome.wrong.clone() });
    };
    let item = first.item.map_or_else(String::new, |item| format!(", item {item}"));
    let at = first.at_s.replace('.', "").parse().unwrap_or(u64::MAX);
    let text = format!("at {} s{item}: {}", first.at_s, first.text);
    Some(Broken { check: first.check.to_owned(), at, first: text, wrong: outcome.wrong.clone() })
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}
