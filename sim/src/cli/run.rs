//! `sortie-sim run`

use super::args::{ControllerChoice, Run};
use super::campaign;
use super::out::{self, Failure, GOOD, WRONG};
use crate::drive::run::{Outcome, Plan, Which, reported, run as drive};
use crate::report::{Origin, page};
use crate::scenario::{self, FaultChoice};
use serde_json::{Value, json};
use sortie_world::oracle::Holds;
use sortie_world::summary::{StrikeCounts, Summary};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::thread;
use std::time::Instant;

/// One run, or one for each seed of a range.
pub(super) fn run(args: &Run) -> Result<u8, Failure> {
    let begin = Instant::now();
    let plan = plan(args, begin)?;
    match args.seeds {
        None => one(args, &plan),
        Some(seeds) => many(args, &plan, seeds),
    }
}

fn plan(args: &Run, begin: Instant) -> Result<Plan, Failure> {
    let usage = |error: scenario::NoScenario| Failure::Usage(error.to_string());
    let mut scenario = scenario::load(&args.scenario).map_err(usage)?;
    FaultChoice::of(args.no_faults, &args.only).map_err(usage)?.apply(&mut scenario);
    let parcels = args.parcels.unwrap_or(scenario.run.parcels);
    let which = match args.controller {
        ControllerChoice::Real => Which::Real,
        ControllerChoice::Naive => Which::Naive,
    };
    Ok(Plan { scenario, seed: args.seed, parcels, which, begin })
}

fn one(args: &Run, plan: &Plan) -> Result<u8, Failure> {
    out::line(format_args!("seed {}", plan.seed))?;
    let trace: Option<Box<dyn Write + Send>> = match &args.trace {
        None => None,
        Some(path) => {
            let file = File::create(path).map_err(|error| Failure::File(format!("{}: {error}", path.display())))?;
            Some(Box::new(BufWriter::new(file)))
        }
    };
    let outcome = match &args.report {
        None => drive(plan, trace).map_err(|error| Failure::File(error.to_string()))?,
        Some(path) => with_report(args, plan, trace, path)?,
    };
    if !args.json {
        out::line(outcome.summary.text())?;
        let rate = outcome.summary.parcels as f64 / outcome.summary.wall_seconds.max(1e-9);
        out::line(format_args!("wall           {:.2} s, {rate:.0} parcels/s", outcome.summary.wall_seconds))?;
    }
    for wrong in &outcome.wrong {
        out::line(format_args!("WRONG          {wrong}"))?;
    }
    if args.json {
        out::line(json!(outcome.summary))?;
    }
    Ok(if outcome.wrong.is_empty() { GOOD } else { WRONG })
}

/// Runs it, and writes a page of it. The file is opened first: nobody waits an hour to hear that there is no such folder.
fn with_report(args: &Run, plan: &Plan, trace: Option<Box<dyn Write + Send>>, path: &Path) -> Result<Outcome, Failure> {
    let refused = |error: io::Error| Failure::File(format!("{}: {error}", path.display()));
    let mut file = File::create(path).map_err(refused)?;
    let (outcome, collected) = reported(plan, trace).map_err(|error| Failure::File(error.to_string()))?;
    let origin = Origin {
        scenario: if plan.scenario.name.is_empty() { args.scenario.clone() } else { plan.scenario.name.clone() },
        controller: match plan.which {
            Which::Real => "driven by the controller of sortie run",
            Which::Naive => "driven by the negative control, which knows items by their order alone",
        },
        command: again(args),
        wrong: outcome.wrong.clone(),
    };
    file.write_all(page(&origin, &outcome.summary, &collected).as_bytes()).map_err(refused)?;
    Ok(outcome)
}

/// The command that repeats a run.
fn again(args: &Run) -> String {
    let mut command = format!("sortie-sim run --scenario {} --seed {}", args.scenario, args.seed);
    if let Some(parcels) = args.parcels {
        let _ = write!(command, " --parcels {parcels}");
    }
    if args.controller == ControllerChoice::Naive {
        command.push_str(" --controller naive");
    }
    if args.no_faults {
        command.push_str(" --no-faults");
    }
    if !args.only.is_empty() {
        let _ = write!(command, " --only {}", args.only.join(","));
    }
    command
}

fn many(args: &Run, plan: &Plan, (first, end): (u64, u64)) -> Result<u8, Failure> {
    out::line(format_args!("seeds {first} to {}", end - 1))?;
    let threads = args.threads.or_else(|| thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let job = |seed| {
        let plan = Plan { seed, begin: Instant::now(), ..plan.clone() };
        drive(&plan, None).map_err(|error| error.to_string())
    };
    let mut table = Table::default();
    let mut told = Ok(());
    campaign::run(first..end, threads, job, |seed, result| {
        let line = table.take(seed, result);
        if told.is_ok() {
            told = out::line(line);
        }
    });
    told?;
    if args.json {
        out::line(table.json())?;
    } else {
        table.lines().into_iter().try_for_each(out::line)?;
    }
    Ok(if table.bad.is_empty() { GOOD } else { WRONG })
}

/// What the runs of a campaign have in common.
#[derive(Default)]
struct Table {
    runs: u64,
    sums: BTreeMap<&'static str, u64>,
    /// Of all runs: decisions by code, undetectable ends by kind, strikes by fault, holds by when they came.
    codes: BTreeMap<String, u64>,
    undetectable: BTreeMap<&'static str, u64>,
    faults: BTreeMap<&'static str, StrikeCounts>,
    holds: Holds,
    /// Smallest share of parcels sorted in a run, and its seed.
    worst: Option<(f64, u64)>,
    /// Seeds of runs that failed.
    bad: Vec<u64>,
    missorting: u64,
}

impl Table {
    /// Takes a run; gives its line.
    fn take(&mut self, seed: u64, result: Result<Outcome, String>) -> String {
        self.runs += 1;
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => {
                self.bad.push(seed);
                return format!("seed {seed}  {error}");
            }
        };
        let mut line = format!("seed {seed}");
        for (key, count) in counts(&outcome.summary) {
            let _ = write!(line, "  {key} {count}");
            *self.sums.entry(key).or_default() += count;
        }
        self.add(&outcome.summary);
        let share = outcome.summary.sorted as f64 / outcome.summary.parcels.max(1) as f64;
        if self.worst.is_none_or(|(worst, _)| share < worst) {
            self.worst = Some((share, seed));
        }
        self.missorting += u64::from(outcome.summary.missorts > 0);
        let _ = write!(line, "  {}", outcome.summary.trace_hash);
        if !outcome.wrong.is_empty() {
            self.bad.push(seed);
            let _ = write!(line, "  WRONG {}", outcome.wrong.join("; "));
        }
        line
    }

    fn add(&mut self, summary: &Summary) {
        for (code, count) in &summary.codes {
            *self.codes.entry(code.clone()).or_default() += count;
        }
        for (kind, count) in &summary.undetectable {
            *self.undetectable.entry(kind).or_default() += count;
        }
        for (kind, count) in &summary.faults {
            let sum = self.faults.entry(kind).or_default();
            (sum.strikes, sum.effective) = (sum.strikes + count.strikes, sum.effective + count.effective);
        }
        self.holds.add(&summary.holds);
    }

    fn json(&self) -> Value {
        json!({
            "runs": self.runs,
            "sums": self.sums,
            "codes": self.codes,
            "undetectable": self.undetectable,
            "faults": self.faults,
            "holds": self.holds,
            "worst_sorted_share": self.worst.map(|(share, _)| share),
            "worst_seed": self.worst.map(|(_, seed)| seed),
            "missorting_runs": self.missorting,
            "bad_seeds": self.bad,
        })
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("runs {}  with missorts {}  bad {:?}", self.runs, self.missorting, self.bad)];
        lines.extend(self.sums.iter().map(|(key, sum)| format!("{key:<14} {sum}")));
        if let Some((share, seed)) = self.worst {
            lines.push(format!("worst sorted   {:.2} % (seed {seed})", share * 100.0));
        }
        lines
    }
}

/// The counters of a campaign's table.
fn counts(summary: &Summary) -> [(&'static str, u64); 9] {
    [
        ("parcels", summary.parcels),
        ("sorted", summary.sorted),
        ("missorts", summary.missorts),
        ("violations", summary.invariant_violations),
        ("undetectable", summary.undetectable.values().sum()),
        ("unconfirmed", summary.unconfirmed),
        ("lost", summary.lost),
        ("unexplained", summary.unexplained),
        ("crowded", summary.crowded),
    ]
}
