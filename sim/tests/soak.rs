//! A minute of both processes on real ttys with every fault, a port pulled out, the board started anew and the
//! controller killed: nothing may be sorted wrongly, whatever else the machine does meanwhile.

use serde_json::Value;
use sortie_sim::demo::binary;
use std::process::Command;

/// Simulated hardware that is later than this was starved by the machine: then only the missorts count.
const LATENESS_MAX_MS: f64 = 20.0;

#[test]
fn a_minute_on_ttys_with_every_fault_sorts_nothing_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    binary::controller(|_| ()).unwrap();
    let mut soak = Command::new(env!("CARGO_BIN_EXE_sortie-sim"));
    soak.args(["soak", "--minutes", "1", "--rate", "11000", "--json", "--dir"]).arg(folder.path());
    let output = soak.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.lines().last().unwrap_or_default();
    let summary: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said}"));

    assert_eq!(summary["missorts"], 0, "{said}");
    assert_eq!(summary["invariant_violations"], 0, "{said}");
    for fault in ["port_unplugged", "board_reboot", "controller_killed"] {
        assert!(summary["faults"][fault]["effective"].as_u64() >= Some(1), "{fault}: {said}");
    }
    assert!(said.contains("differing 0"), "{said}");
    if summary["lateness_ms_max"].as_f64().is_none_or(|late| late > LATENESS_MAX_MS) {
        eprintln!("void: the simulated hardware was {} ms late", summary["lateness_ms_max"]);
        return;
    }
    let share = |of: &Value| of["sorted"].as_u64().unwrap_or(0) * 100 / of["parcels"].as_u64().unwrap_or(0).max(1);
    assert!(share(&summary) >= 50, "three flushes within a minute cost a belt of parcels each, not more: {said}");
    assert!(share(&summary["last_minutes"]) >= 80, "without faults good parcels sort again: {said}");
}
