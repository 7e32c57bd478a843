//! The flight board: which flights there are, when they close, and how the parcels share out among them.

use super::fact::FlightNo;
use crate::files::time::{date, rfc3339};
use crate::scenario::Scenario;
use std::fmt::Write;

/// Destinations in order of their share.
const DESTINATIONS: [&str; 20] = [
    "JFK", "LAX", "ORD", "LHR", "CDG", "FRA", "MAD", "WAW", "ARN", "DUB", "ATH", "LIS", "TLV", "DXB", "YYZ", "GRU",
    "SCL", "SYD", "NRT", "JNB",
];
/// A destination that no flight goes to.
pub(super) const NOWHERE: &str = "ANU";
const CARRIERS: [&str; 6] = ["3V", "CZ", "TK", "QR", "ET", "RU"];
const MINUTE_MS: i64 = 60_000;

/// One flight.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) key: String,
    pub(super) destination: u16,
    pub(super) opens_ms: i64,
    pub(super) cutoff_ms: i64,
    departs_ms: i64,
    road: bool,
}

/// All flights of a run.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) flights: Vec<Flight>,
    /// Running sums of the flights' shares.
    shares: Vec<u64>,
}

impl Schedule {
    /// The flights of a scenario for a run of `parcels`.
    pub(super) fn new(scenario: &Scenario, parcels: u64) -> Self {
        let start = scenario.start_utc_ms();
        let run_ms = i64::try_from(parcels * 3_600_000 / u64::from(scenario.traffic.parcels_per_hour)).unwrap_or(0);
        let (count, closing) = (scenario.host.flights, scenario.host.closing_flights);
        let flights = (0..count).map(|index| {
            let last = count - 1 - index;
            let cutoff = if closing > 0 && last == 0 {
                start - 20 * MINUTE_MS
            } else if last < closing {
                start + run_ms * i64::from(last) / i64::from(closing)
            } else {
                // Well behind the end of the run, which faults make longer than planned.
                start + run_ms * 3 + (60 + 7 * i64::from(index)) * MINUTE_MS
            };
            flight(index, start, cutoff)
        });
        let shares = (0..u64::from(count)).scan(0, |sum, rank| {
            *sum += 1_000_000 / (rank + 1);
            Some(*sum)
        });
        Self { flights: flights.collect(), shares: shares.collect() }
    }

    /// The flight that a draw falls on, in the manner of Zipf.
    pub(super) fn pick(&self, draw: u64) -> FlightNo {
        let place = draw % self.shares.last().copied().unwrap_or(1).max(1);
        u16::try_from(self.shares.partition_point(|sum| *sum <= place)).unwrap_or(0)
    }

    /// Of all parcels, how many in a million are for a flight.
    pub(super) fn share_ppm(&self, flight: usize) -> u64 {
        let before = if flight == 0 { 0 } else { self.shares[flight - 1] };
        (self.shares[flight] - before) * 1_000_000 / self.shares.last().copied().unwrap_or(1).max(1)
    }

    /// A flight that has closed before `utc_ms`, if any.
    pub(super) fn closed_before(&self, utc_ms: i64) -> Option<FlightNo> {
        let index = self.flights.iter().position(|flight| flight.cutoff_ms < utc_ms)?;
        u16::try_from(index).ok()
    }

    /// A flight's line in `flights.ndjson`.
    pub(super) fn line(&self, index: usize, expected: u64, text: &mut String) {
        let flight = &self.flights[index];
        let mode = if flight.road { "road" } else { "air" };
        let [opens, cutoff, departs] = [flight.opens_ms, flight.cutoff_ms, flight.departs_ms].map(rfc3339);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{{\"flight\":\"{}\",\"mode\":\"{mode}\",\"destination\":\"{}\",\"opens\":\"{opens}\",\"cutoff\":\"{cutoff}\",\
             \"departs\":\"{departs}\",\"order\":\"planned\",\"expected\":{expected}}}",
            flight.key,
            destination(flight.destination),
        );
    }
}

/// The name of a destination.
pub(super) fn destination(number: u16) -> &'static str {
    DESTINATIONS.get(usize::from(number)).copied().unwrap_or(NOWHERE)
}

/// The number of the destination without a flight.
pub(super) const NOWHERE_NO: u16 = DESTINATIONS.len() as u16;

fn flight(index: u16, start: i64, cutoff_ms: i64) -> Flight {
    let carrier = CARRIERS[usize::from(index) % CARRIERS.len()];
    Flight {
        key: format!("{carrier}{}/{}/LGG", 4_700 + 11 * index, date(start)),
        destination: index % NOWHERE_NO,
        opens_ms: start - 180 * MINUTE_MS,
        cutoff_ms,
        departs_ms: cutoff_ms + 100 * MINUTE_MS,
        road: index % 5 == 4,
    }
}
