//! The flight board: which flights there are, when they open and close, and how the parcels share out among them.

use super::draw::Draw;
use super::fact::{FlightFact, FlightNo, Handling};
use crate::events::StrikeKind;
use crate::files::time::{ZONE, date, local, rfc3339};
use crate::files::{Order, Traffic};
use crate::scenario::Scenario;
use std::fmt::Write;

/// Destinations in order of their share.
const DESTINATIONS: [&str; 20] = [
    "JFK", "LAX", "ORD", "LHR", "CDG", "FRA", "MAD", "WAW", "ARN", "DUB", "ATH", "LIS", "TLV", "DXB", "YYZ", "GRU",
    "SCL", "SYD", "NRT", "JNB",
];
/// Destinations of a night on which several flights go to each.
const NIGHT_DESTINATIONS: u16 = 8;
/// A destination that no flight goes to.
pub(super) const NOWHERE: &str = "ANU";
const CARRIERS: [&str; 6] = ["3V", "CZ", "TK", "QR", "ET", "RU"];
pub(super) const MINUTE_MS: i64 = 60_000;
/// A flight takes no new bookings so long before its cut-off, ms.
pub(super) const BOOKING_STOPS_MS: i64 = 10 * MINUTE_MS;
/// On a night of flights that open and close, so many of the last ones are still open at the end.
pub(super) const LAST_OPEN: u16 = 4;

/// One flight.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) key: String,
    pub(super) says: FlightFact,
    pub(super) departs_ms: i64,
    pub(super) expected: u64,
    road: bool,
}

/// All flights of a run.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) flights: Vec<Flight>,
    /// Names of the special handling codes, in the order of their bits.
    pub(super) handling: Vec<String>,
    /// Running sums of the flights' shares.
    shares: Vec<u64>,
    /// True if flights open and close all the time.
    rolling: bool,
    /// True if the host writes times as the clocks of the hub show them.
    local: bool,
}

impl Schedule {
    /// The flights of a scenario for a run of `parcels`.
    pub(super) fn new(scenario: &Scenario, seed: u64, parcels: u64) -> Self {
        let run_ms = scenario.planned_ms(parcels);
        let (count, changes) = (scenario.host.flights, &scenario.host.changes);
        let rolling = changes.open_min > 0;
        let flights = (0..count).map(|index| {
            let (opens_ms, cutoff_ms) =
                if rolling { rolling_window(scenario, index, run_ms) } else { window(scenario, index, run_ms) };
            flight(scenario, seed, index, opens_ms, cutoff_ms)
        });
        let shares = (0..u64::from(count)).scan(0, |sum, rank| {
            *sum += 1_000_000 / (rank + 1);
            Some(*sum)
        });
        let handling = scenario.host.goods.handling.clone();
        Self { flights: flights.collect(), handling, shares: shares.collect(), rolling, local: is_local(scenario) }
    }

    /// A flight that takes bookings for a parcel that comes at `comes_ms`.
    pub(super) fn booking(&self, draw: &mut Draw, comes_ms: i64) -> FlightNo {
        if self.rolling {
            return self.open_one(draw, comes_ms).unwrap_or(0);
        }
        for _ in 0..16 {
            let flight = self.pick(draw.next());
            let open = |flight: &Flight| flight.says.cutoff_ms > comes_ms + BOOKING_STOPS_MS;
            if self.flights.get(usize::from(flight)).is_some_and(open) {
                return flight;
            }
        }
        0
    }

    /// Of all parcels, how many in a million are for a flight.
    pub(super) fn share_ppm(&self, flight: usize) -> u64 {
        let before = if flight == 0 { 0 } else { self.shares[flight - 1] };
        (self.shares[flight] - before) * 1_000_000 / self.shares.last().copied().unwrap_or(1).max(1)
    }

    /// A flight that has closed before `utc_ms`, if any; on a night of many flights the last one that has.
    pub(super) fn closed_before(&self, utc_ms: i64) -> Option<FlightNo> {
        let closed = |flight: &Flight| flight.says.cutoff_ms < utc_ms;
        let index =
            if self.rolling { self.flights.iter().rposition(closed) } else { self.flights.iter().position(closed) };
        u16::try_from(index?).ok()
    }

    /// The first flight that opens after `utc_ms`, if any.
    pub(super) fn opens_after(&self, utc_ms: i64) -> Option<FlightNo> {
        let index = self.flights.iter().position(|flight| flight.says.opens_ms > utc_ms)?;
        u16::try_from(index).ok()
    }

    /// A flight's line in `flights.ndjson`.
    pub(super) fn line(&self, index: usize, text: &mut String) {
        let flight = &self.flights[index];
        let says = &flight.says;
        let mode = if flight.road { "road" } else { "air" };
        let written = if self.local { local } else { rfc3339 };
        let [opens, cutoff, departs] = [says.opens_ms, says.cutoff_ms, flight.departs_ms].map(written);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{{\"flight\":\"{}\",\"mode\":\"{mode}\",\"destination\":\"{}\",\"opens\":\"{opens}\",\"cutoff\":\"{cutoff}\",\
             \"departs\":\"{departs}\",\"order\":\"{}\",\"expected\":{}",
            flight.key,
            destination(says.destination),
            says.order.word(),
            flight.expected,
        );
        if self.local {
            let _ = write!(text, ",\"zone\":\"{ZONE}\"");
        }
        if says.traffic != Traffic::Export {
            let _ = write!(text, ",\"traffic\":\"{}\"", says.traffic.word());
        }
        if says.capacity_pieces > 0 {
            let _ = write!(text, ",\"capacity_pieces\":{}", says.capacity_pieces);
        }
        handling_list(&self.handling, says.handling, text);
        text.push('}');
    }

    /// The flight that a draw falls on, in the manner of Zipf.
    fn pick(&self, draw: u64) -> FlightNo {
        let place = draw % self.shares.last().copied().unwrap_or(1).max(1);
        u16::try_from(self.shares.partition_point(|sum| *sum <= place)).unwrap_or(0)
    }

    /// One of the flights that are open at a time, the busier ones more often.
    fn open_one(&self, draw: &mut Draw, at_ms: i64) -> Option<FlightNo> {
        let open = |flight: &Flight| flight.says.opens_ms <= at_ms && at_ms < flight.says.cutoff_ms - BOOKING_STOPS_MS;
        let weight = |index: usize, flight: &Flight| if open(flight) { 1 + index as u64 * 7 % 5 } else { 0 };
        let all: u64 = self.flights.iter().enumerate().map(|(index, flight)| weight(index, flight)).sum();
        let mut place = draw.below(all.max(1));
        for (index, flight) in self.flights.iter().enumerate() {
            let weight = weight(index, flight);
            if place < weight {
                return u16::try_from(index).ok();
            }
            place -= weight;
        }
        None
    }
}

/// `,"handling":[…]` for the codes of a set; nothing if it is empty.
pub(super) fn handling_list(names: &[String], handling: Handling, text: &mut String) {
    let mut comma = ",\"handling\":[";
    for (bit, name) in names.iter().enumerate().filter(|(bit, _)| handling >> bit & 1 == 1) {
        debug_assert!(bit < 32, "a set has room for it");
        let _ = write!(text, "{comma}\"{name}\"");
        comma = ",";
    }
    if comma == "," {
        text.push(']');
    }
}

/// The name of a destination.
pub(super) fn destination(number: u16) -> &'static str {
    DESTINATIONS.get(usize::from(number)).copied().unwrap_or(NOWHERE)
}

/// The number of the destination without a flight.
pub(super) const NOWHERE_NO: u16 = DESTINATIONS.len() as u16;

/// All open from the start; the last ones close during the run.
fn window(scenario: &Scenario, index: u16, run_ms: i64) -> (i64, i64) {
    let start = scenario.start_utc_ms();
    let (count, closing) = (scenario.host.flights, scenario.host.closing_flights);
    let last = count - 1 - index;
    let cutoff = if closing > 0 && last == 0 {
        start - 20 * MINUTE_MS
    } else if last < closing {
        start + run_ms * i64::from(last) / i64::from(closing)
    } else {
        // Well behind the end of the run, which faults make longer than planned.
        start + run_ms * 3 + (60 + 7 * i64::from(index)) * MINUTE_MS + calm_ms(scenario, run_ms)
    };
    (start - 180 * MINUTE_MS, cutoff)
}

/// Where good parcels have to come after the run, something has to take them, however late they come: flights that are
/// open at the end stay open so much longer.
fn calm_ms(scenario: &Scenario, run_ms: i64) -> i64 {
    let longer = run_ms * 4 + scenario.utc_passed_ms(3_600_000_000_000);
    if scenario.run.calm_parcels > 0 { longer / 1000 * 1000 } else { 0 }
}

/// One after the other opens and closes; the last few are still open at the end.
fn rolling_window(scenario: &Scenario, index: u16, run_ms: i64) -> (i64, i64) {
    let closing = i64::from(scenario.host.flights.saturating_sub(LAST_OPEN)).max(1);
    // The last one of those has closed a little before the run ends.
    let step = (run_ms - 10 * MINUTE_MS).max(MINUTE_MS) / closing;
    let nth = i64::from(index) + 1;
    let last = nth - closing;
    let after = if last > 0 { run_ms + (25 + 5 * last) * MINUTE_MS } else { step * nth };
    let cutoff = scenario.start_utc_ms() + after;
    // Files tell times to the second.
    let cutoff = cutoff - cutoff.rem_euclid(1000);
    let opens = cutoff - i64::from(scenario.host.changes.open_min) * MINUTE_MS;
    (opens, if last > 0 { cutoff + calm_ms(scenario, run_ms) } else { cutoff })
}

fn is_local(scenario: &Scenario) -> bool {
    scenario.faults.contains_key(&StrikeKind::DaylightSaving)
}

fn flight(scenario: &Scenario, seed: u64, index: u16, opens_ms: i64, cutoff_ms: i64) -> Flight {
    let carrier = CARRIERS[usize::from(index) % CARRIERS.len()];
    let (goods, changes) = (&scenario.host.goods, &scenario.host.changes);
    let destinations = if changes.open_min > 0 { NIGHT_DESTINATIONS } else { NOWHERE_NO };
    let departs_min = if changes.departs_min == 0 { 100 } else { i64::from(changes.departs_min) };
    let mut draw = Draw::of(seed ^ 0x0066_6c69_6768_7473, u64::from(index));
    let all = (1 << goods.handling.len()) - 1;
    let refused = if goods.handling.is_empty() { 0 } else { 1 << draw.below(goods.handling.len() as u64) };
    let start_ms = scenario.start_utc_ms();
    // A flight's date is that of its board point.
    let day: String = if is_local(scenario) { local(start_ms).chars().take(10).collect() } else { date(start_ms) };
    Flight {
        key: format!("{carrier}{}/{day}/LGG", 4_700 + 11 * index),
        says: FlightFact {
            destination: index % destinations,
            opens_ms,
            cutoff_ms,
            order: Order::Planned,
            traffic: if changes.traffics { Traffic::ALL[usize::from(index) % 3] } else { Traffic::Export },
            handling: all & !refused,
            capacity_pieces: 0,
        },
        departs_ms: cutoff_ms + departs_min * MINUTE_MS,
        expected: 0,
        road: index % 5 == 4,
    }
}
