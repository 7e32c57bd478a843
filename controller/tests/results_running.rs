//! The results folder while the line runs, and over a restart.

mod running;

use running::Running;
use serde_json::Value;
use std::fs;
use std::path::Path;

const AIR: &str = "reconciliation-3V4711-2026-11-23-LGG";
const ROAD: &str = "reconciliation-5X222A-2026-11-24-LGG";

/// A flight that is open whenever this test runs, or closed by order.
fn flight(key: &str, order: &str) -> String {
    format!(
        "{{\"flight\":\"{key}\",\"mode\":\"air\",\"destination\":\"JFK\",\"opens\":\"2020-01-01T00:00:00Z\",\
         \"cutoff\":\"2096-01-01T00:00:00Z\",\"departs\":\"2096-01-02T00:00:00Z\",\"order\":\"{order}\"}}\n"
    )
}

fn both(order: &str) -> String {
    flight("3V4711/2026-11-23/LGG", order) + &flight("5X222A/2026-11-24/LGG", order)
}

fn sheet(folder: &Path, stem: &str) -> Value {
    let text = fs::read_to_string(folder.join("results").join(format!("{stem}.json"))).expect("a sheet");
    serde_json::from_str(&text).expect("one JSON object")
}

#[test]
fn a_flight_that_closes_is_reconciled_and_its_sheet_stays() {
    let running = Running::start_with(|folder| fs::write(folder.join("flights.ndjson"), both("planned")).unwrap());
    running.counted(|stats| stats["files"]["taken"] == 9);
    running.append("flights.ndjson", &both("closed"));
    running.told("flight 3V4711/2026-11-23/LGG: 1 expected, 0 sorted (0 unconfirmed), 0 held, 1 missing, 0 other");
    running.told("flight 5X222A/2026-11-24/LGG: 0 expected");
    let folder = running.folder.clone();
    let first = sheet(&folder, AIR);
    assert_eq!((first["expected"].as_u64(), first["state"].as_str()), (Some(1), Some("closed")));
    let csv = fs::read_to_string(folder.join("results").join(format!("{AIR}.csv"))).expect("a sheet");
    assert!(csv.contains(",P0000001,LP000123456789012,yes,missing,"), "{csv}");

    // A sheet that is there is left alone, and one that is gone is written again.
    let file = folder.join("results").join(format!("{AIR}.json"));
    let written = fs::metadata(&file).expect("a sheet").modified().expect("a time");
    let running = running.restarted(|folder| {
        fs::remove_file(folder.join("results").join(format!("{ROAD}.json"))).expect("a sheet");
    });
    running.told("flight 5X222A/2026-11-24/LGG: 0 expected");
    assert_eq!(fs::metadata(&file).expect("a sheet").modified().expect("a time"), written);
    assert_eq!(sheet(&folder, ROAD)["expected"].as_u64(), Some(0));

    // A flight that is opened and closed again gets a new one.
    running.append("flights.ndjson", &both("planned"));
    running.append("flights.ndjson", &both("closed"));
    running.told("flight 3V4711/2026-11-23/LGG: 1 expected");
    assert!(sheet(&folder, AIR)["journal_entry"].as_u64() > first["journal_entry"].as_u64());
    running.stop();
}
