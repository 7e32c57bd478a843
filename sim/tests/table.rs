//! What each scenario does at no, its own and three times its own rate of faults, as a table that is reviewed: a change
//! of behaviour is a line of `table.txt` in a diff.
//!
//! `SORTIE_TABLE=write cargo test --release --package sortie-sim --test table` writes it anew.

use sortie_sim::cli::campaign;
use sortie_sim::drive::run::{Outcome, Plan, Which, run};
use sortie_sim::scenario::{NAMES, load};
use std::env;
use std::fmt::Write;
use std::fs;
use std::thread;
use std::time::Instant;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt");
const PARCELS: u64 = 1_500;

/// Every scenario with the factors of its fault rates.
fn rows() -> Vec<(&'static str, u32)> {
    let factors = |name: &str| {
        let faults = load(name).expect("a scenario").faults;
        if faults.is_empty() { vec![1] } else { vec![0, 1, 3] }
    };
    NAMES.into_iter().flat_map(|name| factors(name).into_iter().map(move |factor| (name, factor))).collect()
}

fn outcome(name: &str, factor: u32) -> Outcome {
    let mut scenario = load(name).expect("a scenario");
    for rate in scenario.faults.values_mut() {
        rate.per_10000 *= factor;
    }
    if factor == 0 {
        scenario.faults.clear();
    }
    run(&Plan { scenario, seed: 1, parcels: PARCELS, which: Which::Real, begin: Instant::now() }, None).expect("a run")
}

fn line(name: &str, factor: u32, outcome: &Outcome) -> String {
    let summary = &outcome.summary;
    assert_eq!((summary.missorts, summary.invariant_violations), (0, 0), "{name} × {factor}\n{}", summary.text());
    let faults = if summary.faults.is_empty() { "-".to_owned() } else { format!("× {factor}") };
    let scanners = &summary.traffic.read_permille;
    let read = scanners.iter().sum::<u64>() / (scanners.len() as u64).max(1);
    let share = |count: u64| format!("{:.1}", count as f64 * 100.0 / summary.parcels.max(1) as f64);
    let codes: Vec<String> = summary.exceptions.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let row = format!(
        "{name:<14}{faults:<5}{:>8}{:>8}{:>8}{:>8}{:>6}  {}",
        summary.parcels_per_hour,
        read,
        share(summary.sorted),
        share(summary.recirculated),
        summary.lost,
        codes.join(" ")
    );
    row.trim_end().to_owned()
}

/// The whole table.
fn table() -> String {
    let rows = rows();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "{PARCELS} parcels of seed 1. Faults: none, or so many times the scenario's own rates. Read: mean of the scanners, of \
         1,000.\nSorted and second pass: of 100 parcels. Exceptions: parcels by code.\n\n\
         scenario      faults  1/hour    read  sorted  second  lost  exceptions\n"
    );
    campaign::run(
        0..rows.len() as u64,
        threads,
        |row| outcome(rows[row as usize].0, rows[row as usize].1),
        |row, outcome| {
            let (name, factor) = rows[row as usize];
            let _ = writeln!(text, "{}", line(name, factor, &outcome));
        },
    );
    text
}

#[test]
fn every_scenario_does_what_the_table_says() {
    let (found, kept) = (table(), fs::read_to_string(TABLE).unwrap_or_default());
    if env::var("SORTIE_TABLE").is_ok_and(|word| word == "write") {
        fs::write(TABLE, &found).expect("the table can be written");
        return;
    }
    let changed: Vec<String> = kept
        .lines()
        .filter(|line| !found.lines().any(|other| other == *line))
        .map(|line| format!("- {line}"))
        .chain(found.lines().filter(|line| !kept.lines().any(|other| other == *line)).map(|line| format!("+ {line}")))
        .collect();
    assert!(
        found == kept,
        "the scenarios behave otherwise than sim/tests/table.txt says; if that is wanted, write it anew with\n  \
         SORTIE_TABLE=write cargo test --release --package sortie-sim --test table\n{}",
        changed.join("\n")
    );
}
