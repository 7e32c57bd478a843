//! Whole runs on the loop sorter: what the scenario promises, and the seeds that found something in our own code.

use sortie_sim::drive::run::{Outcome, Plan, Which, reported, run};
use sortie_sim::scenario::{FaultChoice, load};
use sortie_world::scenario::Scenario;
use std::time::Instant;

fn outcome(name: &str, seed: u64, parcels: u64, faults: &FaultChoice) -> Outcome {
    let mut scenario = load(name).expect("a scenario");
    faults.apply(&mut scenario);
    let plan = Plan { scenario, seed, parcels, which: Which::Real, begin: Instant::now() };
    run(&plan, None).expect("a run")
}

fn is_clean(outcome: &Outcome, parcels: u64) {
    let summary = &outcome.summary;
    let told = (summary.parcels, summary.missorts, summary.invariant_violations);
    assert_eq!(told, (parcels, 0, 0), "{}", summary.text());
}

#[test]
fn a_loop_recirculates_sorts_and_repeats_to_the_byte() {
    let run = || outcome("loop", 1, 6_000, &FaultChoice::AsWritten);
    let (first, second) = (run(), run());
    is_clean(&first, 6_000);
    let summary = &first.summary;
    assert_eq!((summary.lost, summary.unexplained, summary.trace_hash == second.summary.trace_hash), (0, 0, true));
    assert!(summary.recirculated * 50 >= summary.parcels, "two in a hundred go round: {}", summary.text());
    assert!(summary.last_pass > 0, "some come to their last pass: {}", summary.text());
    assert!(summary.sorted * 100 >= summary.parcels * 95, "{}", summary.text());
    // The counter begins five million counts before its wrap, and 6,000 parcels take far more.
    assert!(summary.sim_seconds * 2_500.0 / 1.237 > 5_000_000.0 / 2.0, "{}", summary.sim_seconds);
}

/// The inductions fill nine cells in ten, once the first turn has begun to bring some back.
#[test]
fn two_cells_a_carrier_take_forty_thousand_an_hour() {
    let scenario = load("double-rate").expect("a scenario");
    let plan = Plan { scenario, seed: 1, parcels: 6_000, which: Which::Real, begin: Instant::now() };
    let (outcome, collected) = reported(&plan, None).expect("a run");
    is_clean(&outcome, 6_000);
    let summary = &outcome.summary;
    assert!(summary.sorted * 100 >= summary.parcels * 95 && summary.lost == 0, "{}", summary.text());
    let (bins, width) = collected.inducted();
    // From the second turn on, for five minutes.
    let bin = |seconds: u64| usize::try_from(seconds * 1_000_000_000 / width).expect("a bin");
    let steady = &bins[bin(100)..bin(400)];
    let rate = steady.iter().sum::<u64>() * 3_600_000_000_000 / (width * steady.len() as u64);
    assert!(rate >= 40_000, "{rate} an hour: {bins:?}");
}

#[test]
fn everything_goes_wrong_on_a_loop_and_nothing_is_missorted() {
    for seed in 1..=3 {
        is_clean(&outcome("loop-faults", seed, 2_000, &FaultChoice::AsWritten), 2_000);
    }
}

/// Items that went round for ever, each found by a seed: all PECs had become suspect by one unknown item that lay where
/// a ghost was expected (5, chatter); the reject outlet was aimed at the length of the item that had been exchanged
/// (1); and rejected ghosts without a confirm had jammed the reject outlet (2).
#[test]
fn what_came_into_doubt_leaves_the_ring() {
    let chatter = FaultChoice::of(false, &["pec_chatter".to_owned()]).expect("a fault");
    for (seed, faults) in [(5, &chatter), (1, &FaultChoice::AsWritten), (2, &FaultChoice::AsWritten)] {
        let outcome = outcome("loop-faults", seed, 3_000, faults);
        is_clean(&outcome, 3_000);
        assert!(outcome.summary.sim_seconds < 2_400.0, "seed {seed}: {}", outcome.summary.text());
    }
}

fn naive(scenario: Scenario, parcels: u64) -> Outcome {
    run(&Plan { scenario, seed: 1, parcels, which: Which::Naive, begin: Instant::now() }, None).expect("a run")
}

#[test]
fn the_naive_control_missorts_on_a_loop_with_faults_and_not_on_a_fair_one() {
    let faulty = naive(load("loop-faults").expect("a scenario"), 1_500);
    assert!(faulty.summary.missorts > 0 && !faulty.wrong.is_empty(), "{}", faulty.summary.text());
    // The fair world, on a ring.
    let mut scenario = load("generous").expect("a scenario");
    scenario.line = load("loop").expect("a scenario").line;
    (scenario.traffic.creep_permille, scenario.traffic.two_carriers_permille) = (0, 0);
    let fair = naive(scenario, 1_500);
    assert_eq!(
        (fair.summary.parcels, fair.summary.missorts, fair.wrong.len()),
        (1_500, 0, 0),
        "{}",
        fair.summary.text()
    );
    assert!(fair.summary.sorted > 1_350, "{}", fair.summary.text());
}
