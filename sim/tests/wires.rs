//! What adapters and cables do to bytes: more of them, in other pieces, twice, late. A run of its own for each.

use sortie_sim::drive::run::{Plan, Which, run};
use sortie_sim::scenario::load;
use sortie_world::events::StrikeKind;
use sortie_world::setup::{FaultRate, Faults};
use sortie_world::summary::Summary;
use std::time::Instant;

const PARCELS: u64 = if cfg!(debug_assertions) { 300 } else { 3_000 };

fn outcome(name: &str, fault: Option<(StrikeKind, Option<(u32, u32)>)>) -> Summary {
    let mut scenario = load(name).expect("a scenario");
    let fault = fault.map(|(kind, size)| (kind, FaultRate { per_10000: 1_000, size }));
    scenario.faults = fault.into_iter().collect::<Faults>();
    let plan = Plan { scenario, seed: 3, parcels: PARCELS, which: Which::Real, begin: Instant::now() };
    run(&plan, None).expect("a run").summary
}

fn struck(name: &str, kind: StrikeKind, size: Option<(u32, u32)>) -> Summary {
    let summary = outcome(name, Some((kind, size)));
    let safe = (summary.missorts, summary.invariant_violations, summary.lost);
    assert_eq!(safe, (0, 0, 0), "{}", summary.text());
    assert!(summary.undetectable.is_empty(), "{}", summary.text());
    assert!(summary.faults[kind.name()].effective * 20 >= PARCELS, "{}", summary.text());
    summary
}

#[test]
fn other_pieces_and_what_comes_twice_change_nothing() {
    for name in ["linear", "loop"] {
        let calm = outcome(name, None);
        for kind in [StrikeKind::SplitFrames, StrikeKind::DuplicateFrame] {
            let summary = struck(name, kind, None);
            assert_ne!(summary.trace_hash, calm.trace_hash, "the bytes did come otherwise");
            assert!(summary.sorted + 2 >= calm.sorted, "{name}: {} of {}", summary.text(), calm.sorted);
        }
    }
}

#[test]
fn bytes_in_between_cost_no_more_than_the_reads_that_they_spoil() {
    for name in ["linear", "loop"] {
        let calm = outcome(name, None);
        let summary = struck(name, StrikeKind::InsertedBytes, Some((1, 40)));
        let strikes = summary.faults["inserted_bytes"].effective;
        assert!(summary.sorted + strikes / 4 >= calm.sorted, "{name}: {} of {}", summary.text(), calm.sorted);
    }
}

#[test]
fn what_comes_seconds_late_puts_no_parcel_in_a_wrong_chute() {
    for name in ["linear", "loop"] {
        let summary = struck(name, StrikeKind::LateFrame, Some((100, 3_000)));
        assert!(summary.sorted * 100 >= PARCELS * 70, "{name}: {}", summary.text());
        assert!(summary.unexplained * 1_000 <= PARCELS, "{name}: {}", summary.text());
    }
}
