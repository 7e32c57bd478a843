//! A line of the flights file.

use super::field::{airport, flight_key, handling, in_range, instant, maybe, one_of, zone};
use super::{LineFault, fault};
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_core::records::{FlightOrder, FlightRecord, Traffic};

/// Most pieces of a flight.
const PIECES_MAX: i64 = 10_000_000;
/// Most kilograms of a flight: ten times the heaviest freighter.
const KG_MAX: i64 = 2_500_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlightLine {
    flight: String,
    mode: String,
    traffic: Option<String>,
    destination: String,
    zone: Option<String>,
    opens: String,
    cutoff: String,
    departs: String,
    order: Option<String>,
    expected: Option<i64>,
    capacity_pieces: Option<i64>,
    capacity_kg: Option<i64>,
    capacity_g: Option<i64>,
    handling: Option<Vec<String>>,
}

pub(super) fn flight(text: &str, line: &FlightLine) -> Result<Input, LineFault> {
    let zone = zone(text, line.zone.as_ref())?;
    let time = |key, written: &String| instant(text, key, written, zone.as_ref());
    let record = FlightRecord {
        key: flight_key(text, &line.flight)?,
        mode: one_of(text, "mode", &line.mode)?,
        traffic: maybe(text, "traffic", line.traffic.as_ref())?.unwrap_or(Traffic::Export),
        destination: airport(text, &line.destination)?,
        opens_utc_ms: time("opens", &line.opens)?,
        cutoff_utc_ms: time("cutoff", &line.cutoff)?,
        departs_utc_ms: time("departs", &line.departs)?,
        order: maybe(text, "order", line.order.as_ref())?.unwrap_or(FlightOrder::Planned),
        expected: in_range(text, "expected", line.expected, PIECES_MAX)?,
        capacity_pieces: in_range(text, "capacity_pieces", line.capacity_pieces, PIECES_MAX)?,
        capacity_g: capacity_g(text, line)?,
        handling: handling(text, line.handling.as_ref())?,
    };
    let remedy = "the order in time is opens, cutoff, departs; correct the times or their zones";
    if record.cutoff_utc_ms <= record.opens_utc_ms {
        return Err(fault(text, "cutoff", "cutoff is not after opens".to_owned(), remedy));
    }
    if record.departs_utc_ms < record.cutoff_utc_ms {
        return Err(fault(text, "departs", "departs is before cutoff".to_owned(), remedy));
    }
    Ok(Input::Flight(record))
}

fn capacity_g(text: &str, line: &FlightLine) -> Result<u64, LineFault> {
    if line.capacity_kg.is_some() && line.capacity_g.is_some() {
        let message = "capacity_kg and capacity_g are both there".to_owned();
        return Err(fault(text, "capacity_g", message, "write one of them"));
    }
    let kg: u64 = in_range(text, "capacity_kg", line.capacity_kg, KG_MAX)?;
    let g: u64 = in_range(text, "capacity_g", line.capacity_g, KG_MAX * 1000)?;
    Ok(kg * 1000 + g)
}
