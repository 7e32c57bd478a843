//! Whole runs in virtual time: repeatable, judged, and with a control that must fail.

use sortie_sim::drive::run::{Outcome, Plan, Which, run};
use sortie_sim::scenario::{FaultChoice, load};
use std::time::Instant;

fn outcome(name: &str, seed: u64, parcels: u64, which: Which, faults: &FaultChoice) -> Outcome {
    let mut scenario = load(name).expect("a scenario");
    faults.apply(&mut scenario);
    let plan = Plan { scenario, seed, parcels, which, begin: Instant::now() };
    run(&plan, None).expect("a run")
}

#[test]
fn a_line_without_faults_sorts_and_repeats_to_the_byte() {
    let run = || outcome("linear", 1, 1_000, Which::Real, &FaultChoice::AsWritten).summary;
    let (first, second) = (run(), run());
    assert_eq!(first.trace_hash, second.trace_hash);
    assert_eq!((first.parcels, first.missorts, first.invariant_violations, first.lost), (1_000, 0, 0, 0));
    assert!(first.sorted >= 900, "{}", first.text());
    let other = outcome("linear", 2, 1_000, Which::Real, &FaultChoice::AsWritten).summary;
    assert_ne!(first.trace_hash, other.trace_hash);
}

#[test]
fn one_fault_alone_has_effect_and_no_missort() {
    for name in ["item_removed", "no_read", "missed_divert", "controller_killed"] {
        let faults = FaultChoice::of(false, &[name.to_owned()]).expect("a fault");
        let outcome = outcome("faults", 5, 3_000, Which::Real, &faults);
        assert_eq!(outcome.summary.missorts, 0, "{name}: {}", outcome.summary.text());
        assert_eq!(outcome.summary.invariant_violations, 0, "{name}: {}", outcome.summary.text());
        assert!(outcome.summary.faults.keys().eq([name].iter()), "{name}");
    }
}

#[test]
fn a_return_conveyor_brings_again_what_found_no_room() {
    let run = || outcome("return", 1, 4_000, Which::Real, &FaultChoice::AsWritten);
    let (first, second) = (run(), run());
    let summary = &first.summary;
    assert_eq!(summary.trace_hash, second.summary.trace_hash);
    let told = (summary.parcels, summary.missorts, summary.invariant_violations, summary.lost);
    assert_eq!((told, first.wrong.len()), ((4_000, 0, 0, 0), 0), "{}", summary.text());
    assert!(summary.recirculated * 50 >= summary.parcels && summary.last_pass > 0, "{}", summary.text());
    assert!(summary.sorted * 100 >= summary.parcels * 95, "{}", summary.text());
    assert!(!summary.exceptions.contains_key("END"), "nothing stays at the end of line: {}", summary.text());
}

#[test]
fn everything_goes_wrong_beside_a_return_conveyor_and_nothing_is_missorted() {
    for seed in 1..=3 {
        let mut scenario = load("faults").expect("a scenario");
        scenario.line.return_s = 20;
        let plan = Plan { scenario, seed, parcels: 2_000, which: Which::Real, begin: Instant::now() };
        let summary = run(&plan, None).expect("a run").summary;
        assert_eq!((summary.missorts, summary.invariant_violations), (0, 0), "seed {seed}: {}", summary.text());
        assert!(summary.recirculated > 0, "{}", summary.text());
    }
}

#[test]
fn the_naive_control_missorts_with_faults_and_not_without() {
    let faulty = outcome("faults", 1, 1_000, Which::Naive, &FaultChoice::AsWritten);
    assert!(faulty.summary.missorts > 0 && !faulty.wrong.is_empty(), "{}", faulty.summary.text());
    let fair = outcome("generous", 1, 1_000, Which::Naive, &FaultChoice::Off);
    assert_eq!((fair.summary.missorts, fair.wrong.len()), (0, 0), "{}", fair.summary.text());
    assert!(fair.summary.sorted > 900, "{}", fair.summary.text());
}
