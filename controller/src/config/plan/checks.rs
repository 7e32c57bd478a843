//! What only the whole plan shows: chutes out of reach, two flights in one chute at one time, flights without chutes,
//! codes without outlets, more pieces expected than fit.

use super::codes::reasons;
use super::reader::{ReadFlight, ReadPlan};
use crate::config::line::LineConfig;
use crate::config::reach::{commit_um, identified_um};
use crate::config::section::Field;
use crate::config::source::Source;
use crate::feed::Flights;
use sortie_core::output::Reason;
use sortie_core::records::{FlightKey, FlightOrder, FlightRecord};

/// Adds errors to `source` and notes to `remarks`; where the plan says that it is complete, notes are errors too.
pub(super) fn check(
    read: &ReadPlan,
    line: &LineConfig,
    flights: Option<&Flights>,
    source: &mut Source<'_>,
    remarks: &mut Source<'_>,
) {
    reach(read, line, source);
    exclusive(read, source);
    let Some(flights) = flights else { return };
    overlaps(read, flights, source);
    in_time(read, flights, source);
    let mut note = |at: usize, message: String, remedy: &str| match read.complete {
        Some(_) => source.problem(at, message, remedy),
        None => remarks.problem(at, message, remedy),
    };
    let whole = read.complete.unwrap_or(0);
    for record in flights.iter().filter(|record| record.order != FlightOrder::Cancelled) {
        if !read.flights.iter().any(|flight| flight.key == record.key) {
            let message = format!("flight {} has no chute in the plan", record.key);
            note(whole, message, "its parcels get NFL: add a [[flight]] with its chutes");
        }
    }
    let without: Vec<&str> = without_outlet(read).map(Reason::code).collect();
    if !without.is_empty() {
        let message = format!("no outlet for {}", without.join(", "));
        note(whole, message, "such items ride to the end of line: add an [[exception]] with outlets for each code");
    }
    for flight in &read.flights {
        out_of_service(read, flight, &mut note);
        if let Some(record) = flights.get(&flight.key) {
            capacity(read, line, flight, record, &mut note);
        }
    }
}

fn without_outlet(read: &ReadPlan) -> impl Iterator<Item = Reason> {
    let has =
        |code| read.plan.exceptions.iter().any(|exception| exception.code == code && !exception.outlets.is_empty());
    reasons().filter(move |code| !has(*code))
}

/// Every chute that the plan sends something to lies behind the place where an item is known by then.
fn reach(read: &ReadPlan, line: &LineConfig, source: &mut Source<'_>) {
    let of_flights = read.flights.iter().flat_map(|flight| flight.chutes.iter().chain(&flight.overflow));
    for chute in of_flights.chain(&read.exceptions) {
        let Some(built) = line.chutes.iter().find(|built| built.number == chute.value) else { continue };
        let (known, station) = identified_um(line, line.zone_at(built.position_mm));
        let commit = commit_um(line, built.position_mm);
        if commit < known {
            let message = format!(
                "chute {} cannot be reached: its commit point is at {} mm, but {station} has told of the longest item \
                 only at {} mm",
                chute.value,
                commit.div_euclid(1000),
                known.div_euclid(1000)
            );
            source.problem(chute.at, message, "list a chute further downstream");
        }
    }
}

/// A chute serves flights or exceptions.
fn exclusive(read: &ReadPlan, source: &mut Source<'_>) {
    for flight in &read.flights {
        for chute in flight.chutes.iter().chain(&flight.overflow) {
            let mut taken = read.exceptions.iter().filter(|other| other.value == chute.value);
            if let Some(other) = taken.next() {
                let (line, _) = source.place(chute.at);
                let message = format!("chute {} serves flight {} already, in line {line}", chute.value, flight.key);
                source.problem(other.at, message, "a chute serves flights or exceptions: list it once");
            }
        }
    }
}

/// From when to when a flight may have parcels in its chutes, UTC milliseconds.
struct Busy {
    from: i64,
    to: i64,
}

impl Busy {
    /// A flight that is cancelled or closed takes no chute; for any other its cut-off counts, or the latest one of a
    /// product, and then the time that the chute needs for what is under way and for the next container.
    fn of(read: &ReadPlan, record: &FlightRecord) -> Option<Self> {
        if record.order != FlightOrder::Planned {
            return None;
        }
        let later_s = read.plan.products.iter().map(|rule| -i64::from(rule.cutoff_earlier_s)).max().unwrap_or(0).max(0);
        let closes = (record.cutoff_utc_ms + later_s * 1000).min(record.departs_utc_ms);
        Some(Self { from: record.opens_utc_ms, to: closes + read.changeover_ms })
    }

    fn meets(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// A chute serves one flight at one time, overflow included.
fn overlaps(read: &ReadPlan, flights: &Flights, source: &mut Source<'_>) {
    let mut taken: Vec<(&Field<u16>, FlightKey, Busy)> = Vec::new();
    for flight in &read.flights {
        for chute in flight.chutes.iter().chain(&flight.overflow) {
            let Some(busy) = flights.get(&flight.key).and_then(|record| Busy::of(read, record)) else { continue };
            let other = taken
                .iter()
                .find(|(other, key, theirs)| other.value == chute.value && *key != flight.key && theirs.meets(&busy));
            if let Some((other, key, theirs)) = other {
                let (line, _) = source.place(other.at);
                let message = format!(
                    "chute {} serves flight {key} already, in line {line}, from {} to {}; flight {} is open from {} to {}",
                    chute.value,
                    time(theirs.from),
                    time(theirs.to),
                    flight.key,
                    time(busy.from),
                    time(busy.to)
                );
                let remedy = "a chute serves one flight at one time, and changeover_min beyond its cut-off: give one \
                              of them another chute";
                source.problem(chute.at, message, remedy);
            }
            taken.push((chute, flight.key, busy));
        }
    }
}

/// The plan is in use before its last flight has left.
fn in_time(read: &ReadPlan, flights: &Flights, source: &mut Source<'_>) {
    let departures = read.flights.iter().filter_map(|flight| flights.get(&flight.key));
    let last = departures.map(|record| record.departs_utc_ms).max();
    if let (Some(from), Some(last)) = (read.plan.active_from_utc_ms, last)
        && from >= last
    {
        let message = format!("active_from is {}, when its last flight has left at {}", time(from), time(last));
        source.problem(read.active_from_at, message, "correct the time, or take the flights out that have left");
    }
}

/// A flight whose chutes are all out of service.
fn out_of_service(read: &ReadPlan, flight: &ReadFlight, note: &mut dyn FnMut(usize, String, &str)) {
    let mut all = flight.chutes.iter().chain(&flight.overflow).peekable();
    if all.peek().is_some() && all.all(|chute| read.plan.disabled.contains(&chute.value)) {
        let message = format!("flight {}: all its chutes are out of service", flight.key);
        note(flight.at, message, "take one of them out of disabled, or give the flight another chute");
    }
}

/// The pieces expected against what the flight takes, and against what its chutes can take while it is open.
fn capacity(
    read: &ReadPlan,
    line: &LineConfig,
    flight: &ReadFlight,
    record: &FlightRecord,
    note: &mut dyn FnMut(usize, String, &str),
) {
    let expected = u64::from(record.expected);
    if record.capacity_pieces > 0 && record.expected > record.capacity_pieces {
        let message =
            format!("flight {}: {expected} pieces are expected, it takes {}", flight.key, record.capacity_pieces);
        note(flight.at, message, "the last of them get FUL: book some on another flight, or correct the flight record");
    }
    let open_ms = u64::try_from(record.cutoff_utc_ms - record.opens_utc_ms).unwrap_or(0);
    let used = flight.chutes.iter().filter(|chute| !read.plan.disabled.contains(&chute.value));
    let per_min: u64 = used.map(|chute| rate_per_min(read, line, chute.value)).sum();
    let most = per_min * open_ms / 60_000;
    if per_min > 0 && expected > most {
        let message = format!(
            "flight {}: {expected} pieces are expected, its chutes can take {most} at {per_min} a minute in the {} \
             minutes that it is open",
            flight.key,
            open_ms / 60_000
        );
        note(flight.at, message, "give it more chutes, raise rate_per_min, or open it earlier");
    }
}

/// What a chute can take: its limit, or what the belt can bring at the smallest legal pitch.
fn rate_per_min(read: &ReadPlan, line: &LineConfig, chute: u16) -> u64 {
    let limit = read.plan.chutes.iter().find(|rule| rule.chute == chute).map_or(0, |rule| rule.rate_per_min);
    if limit > 0 {
        return u64::from(limit);
    }
    let pitch_um = u64::try_from(line.line.item_min_um + line.line.gap_min_um).unwrap_or(1).max(1);
    u64::from(line.line.speed_mm_s) * 60_000 / pitch_um
}

fn time(utc_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(utc_ms).map_or_else(|_| utc_ms.to_string(), |time| format!("{time:.0}"))
}
