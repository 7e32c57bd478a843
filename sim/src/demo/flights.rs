//! The flight board's rows, from the files that the operator wrote.

use super::board::FlightRow;
use sortie_controller::config::{load_line, load_plan};
use sortie_controller::feed::{FeedKind, Flights, parse_line};
use sortie_protocol::identifier::Grammars;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Reads the rows in order of the cut-off. A file with problems gives no rows: the controller's own messages say why.
#[must_use]
pub fn rows(config: &Path) -> Vec<FlightRow> {
    let Ok(line) = load_line(config) else { return Vec::new() };
    let known = flights(&line.files.flights);
    let plan = load_plan(&line.files.plan, &line, &known).ok().map(|checked| checked.plan);
    let chutes: BTreeMap<_, Vec<u16>> = plan
        .iter()
        .flat_map(|plan| plan.flights.iter())
        .map(|served| (served.flight, served.chutes.iter().copied().collect()))
        .collect();
    let mut rows: Vec<FlightRow> = known
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

/// The flights of the file.
fn flights(path: &Path) -> Flights {
    let text = fs::read(path).unwrap_or_default();
    let mut flights = Flights::default();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if let Ok(input) = parse_line(FeedKind::Flights, line, &Grammars::default()) {
            flights.take(&input);
        }
    }
    flights
}
