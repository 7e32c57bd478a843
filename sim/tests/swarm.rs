//! The swarm: seeds that once broke something, run again as they were.

use sortie_sim::drive::run::{Plan, Which, run};
use sortie_world::scenario::Scenario;
use std::fs;
use std::path::Path;
use std::time::Instant;

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
