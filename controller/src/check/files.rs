//! Loads what `[files]` names, as `sortie run` would, and tells what it would skip.

use super::past::problems_of_the_past;
use crate::config::{LineConfig, Problem, Problems, load_plan};
use crate::feed::{FeedKind, FileFollower, Flights};
use serde::Serialize;
use sortie_core::input::Input;
use sortie_core::limits::FLIGHTS;
use sortie_core::plan::Plan;
use std::path::Path;

/// What was found in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FilesReport {
    /// Version of the plan, if it is good.
    pub plan_version: Option<u32>,
    /// Flights on file.
    pub flights: u64,
    /// Good lines of the parcels file.
    pub parcels: u64,
    /// Good lines of the holds file.
    pub holds: u64,
    /// Good lines of the orders file.
    pub orders: u64,
    /// Lines that were skipped, of all files.
    pub skipped: u64,
    /// Parcels booked on a flight that is not on file: they get `NFL`.
    pub booked_on_unknown: u64,
    /// What of the plan may be meant so, and should be known.
    pub notes: Vec<Problem>,
    /// Every problem.
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

/// Reads plan, flights, parcels and holds of a line.
#[must_use]
pub fn check_files(config: &LineConfig) -> FilesReport {
    let follower = |kind, path: &Path| FileFollower::new(kind, path).with_grammars(config.grammars);
    let mut report = FilesReport::default();
    let mut flights = Flights::default();
    let of_flights = follower(FeedKind::Flights, &config.files.flights);
    report.flights = load(&mut report, of_flights, &mut |input| flights.take(&input));
    let mut unknown = 0;
    report.parcels = load(&mut report, follower(FeedKind::Parcels, &config.files.parcels), &mut |input| {
        unknown += u64::from(booked_elsewhere(&input, &flights));
    });
    report.booked_on_unknown = unknown;
    // The files of holds and orders are written when there is the first of them.
    if config.files.holds.exists() {
        report.holds = load(&mut report, follower(FeedKind::Holds, &config.files.holds), &mut |_| {});
    }
    if config.files.orders.exists() {
        report.orders = load(&mut report, follower(FeedKind::Orders, &config.files.orders), &mut |_| {});
    }
    if report.parcels > u64::from(config.line.parcels_max) {
        report.problems.push(too_many(config, report.parcels));
    }
    if flights.len() > FLIGHTS {
        report.problems.push(too_many_flights(config, flights.len()));
    }
    let plan = plan(config, &flights, &mut report);
    let folders = [(&config.files.journal, "the journal"), (&config.files.results, "the results")];
    let no_folders: Vec<Problem> = folders.into_iter().filter_map(|(path, noun)| no_folder(path, noun)).collect();
    if no_folders.is_empty() {
        report.problems.extend(problems_of_the_past(config, plan.as_ref()));
    }
    report.problems.extend(no_folders);
    report
}

/// What stands in place of a folder, so that none can be made there.
fn no_folder(path: &Path, noun: &str) -> Option<Problem> {
    (path.exists() && !path.is_dir()).then(|| Problem {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        message: format!("is a file, where {noun} would need a folder"),
        remedy: "take it away, or name another folder in [files]".to_owned(),
    })
}

fn plan(config: &LineConfig, flights: &Flights, report: &mut FilesReport) -> Option<Plan> {
    match load_plan(&config.files.plan, config, flights) {
        Ok(checked) => {
            report.plan_version = Some(checked.plan.version);
            report.notes = checked.notes;
            Some(checked.plan)
        }
        Err(Problems(problems)) => {
            report.problems.extend(problems);
            None
        }
    }
}

fn booked_elsewhere(input: &Input, flights: &Flights) -> bool {
    if let Input::Parcel(record) = input { record.flight.is_some_and(|key| flights.get(&key).is_none()) } else { false }
}

/// Reads one feed file to its end; the number of good lines.
fn load(report: &mut FilesReport, follower: FileFollower, take: &mut dyn FnMut(Input)) -> u64 {
    let mut follower = follower;
    let problems = &mut report.problems;
    while follower.poll(take, &mut |problem| problems.push(problem)).more {}
    problems.extend(follower.unfinished());
    let (taken, skipped) = follower.totals();
    report.skipped += skipped;
    taken
}

fn too_many(config: &LineConfig, parcels: u64) -> Problem {
    Problem {
        file: config.files.parcels.display().to_string(),
        line: 0,
        column: 0,
        message: format!("{parcels} parcels, but there is room for {}", config.line.parcels_max),
        remedy: "raise parcels_max in [line], or take departed parcels out of the file".to_owned(),
    }
}

fn too_many_flights(config: &LineConfig, flights: usize) -> Problem {
    Problem {
        file: config.files.flights.display().to_string(),
        line: 0,
        column: 0,
        message: format!("{flights} flights, but there is room for {FLIGHTS}"),
        remedy: "take departed flights out of the file".to_owned(),
    }
}
