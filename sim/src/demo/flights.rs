//! The flight board's rows, from the files that the operator wrote.

use super::board::FlightRow;
use sortie_controller::config::{load_line, load_plan};
use sortie_controller::feed::{FeedKind, parse_line};
use sortie_core::input::Input;
use sortie_core::records::FlightRecord;
use sortie_protocol::identifier::Grammars;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Reads the rows in order of the cut-off. A file with problems gives no rows: the controller's own messages say why.
#[must_use]
pub fn rows(config: &Path) -> Vec<FlightRow> {
    let Ok(line) = load_line(config) else { return Vec::new() };
    let records = flights(&line.files.flights);
    let known: BTreeSet<_> = records.iter().map(|record| record.key).collect();
    let plan = load_plan(&line.files.plan, &line, &known).ok();
    let chutes: BTreeMap<_, Vec<u16>> = plan
        .iter()
        .flat_map(|plan| plan.flights.iter())
        .map(|served| (served.flight, served.chutes.iter().copied().collect()))
        .collect();
    let mut rows: Vec<FlightRow> = records
        .iter()
        .map(|record| FlightRow {
            flight: record.key.to_string(),
            destination: String::from_utf8_lossy(&record.destination).into_owned(),
            cutoff_utc_ms: record.cutoff_utc_ms,
            chutes: chutes.get(&record.key).cloned().unwrap_or_default(),
            expected: u64::from(record.expected),
            sorted: 0,
        })
        .collect();
    rows.sort_by(|a, b| (a.cutoff_utc_ms, &a.flight).cmp(&(b.cutoff_utc_ms, &b.flight)));
    rows
}

/// The latest record of each flight.
fn flights(path: &Path) -> Vec<FlightRecord> {
    let text = fs::read(path).unwrap_or_default();
    let mut latest = BTreeMap::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if let Ok(Input::Flight(record)) = parse_line(FeedKind::Flights, line, &Grammars::default()) {
            latest.insert(record.key, record);
        }
    }
    latest.into_values().collect()
}
