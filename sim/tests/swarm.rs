//! The swarm: five hundred seeds, and those that once broke something, run again as they were.

use sortie_sim::cli::campaign;
use sortie_sim::drive::run::{Plan, Which, run};
use sortie_sim::swarm::draw::draw;
use sortie_sim::swarm::one::{self, Order};
use sortie_world::scenario::Scenario;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// So much of an hour makes the 500 seeds fit into five minutes on two cores, with some to spare on a busy machine.
const HOURS: f64 = 0.03;

#[test]
fn five_hundred_lines_come_through_their_faults() {
    let order = Order { hours: HOURS, base: None };
    let (mut broken, mut sorted, mut parcels) = (Vec::new(), 0, 0);
    campaign::run(
        0..500,
        2,
        |seed| one::run(seed, &order),
        |seed, result| {
            (sorted, parcels) = (sorted + result.sorted, parcels + result.parcels);
            broken.extend(result.failure.map(|failure| format!("seed {seed}: {} {}", failure.check, failure.first)));
        },
    );
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(sorted * 100 >= parcels * 60, "{sorted} of {parcels} sorted");
}

#[test]
fn a_seed_is_a_scenario_for_run_too_and_threads_change_nothing() {
    let order = Order { hours: 0.01, base: None };
    let hashes = |threads| {
        let mut hashes = Vec::new();
        campaign::run(7..11, threads, |seed| one::run(seed, &order).hash, |_, hash| hashes.push(hash));
        hashes
    };
    let alone = hashes(1);
    assert_eq!(alone, hashes(3));
    let text = toml::to_string(&draw(7, order.hours, None).scenario).unwrap();
    let scenario = Scenario::parse(&text).unwrap();
    let parcels = scenario.run.parcels;
    let plan = Plan { scenario, seed: 7, parcels, which: Which::Real, begin: Instant::now() };
    assert_eq!(run(&plan, None).unwrap().summary.trace_hash, alone[0]);
}

/// Each file of `seeds` is a scenario as `sortie-sim swarm --write` wrote it when a seed found something; its name begins
/// with the seed, its head says what was broken. Drawn lines change when the drawing does, these do not.
#[test]
fn what_a_seed_once_broke_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut broken = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let seed = name.split('-').next().unwrap().parse().unwrap();
        let scenario = Scenario::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let parcels = scenario.run.parcels;
        let outcome = run(&Plan { scenario, seed, parcels, which: Which::Real, begin: Instant::now() }, None).unwrap();
        if !outcome.wrong.is_empty() {
            broken.push(format!("{name}: {:?} {:?}", outcome.wrong, outcome.summary.findings.first()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
