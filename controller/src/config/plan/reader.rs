//! The tables of a plan that name flights, exceptions and chutes.

use super::{codes, parts};
use crate::config::devices::narrow;
use crate::config::line::LineConfig;
use crate::config::nearest::nearest;
use crate::config::section::{Field, Section};
use crate::config::source::Source;
use crate::feed::Flights;
use sortie_core::output::Reason;
use sortie_core::plan::{
    ANOTHER_PASS, CHUTES_PER_FLIGHT, ChuteRule, ExceptionOutlets, FlightChutes, OUTLETS_PER_CODE, Plan, RATE_MAX,
};
use sortie_core::records::FlightKey;
use std::collections::BTreeMap;

/// Most chutes that can be out of service: every one.
const DISABLED_MAX: usize = 9999;
/// Most of a limit in pieces, grams or millimetres that a chute can have.
const LIMIT_MAX: i64 = 1_000_000_000;
/// Longest last call, in minutes.
const LAST_CALL_MIN_MAX: i64 = 1440;
/// Longest time that a chute can need between two flights, in minutes.
const CHANGEOVER_MIN_MAX: i64 = 240;

/// A plan as it was read, with the places of what has to be checked in the whole.
pub(super) struct ReadPlan {
    pub(super) plan: Plan,
    /// Notes are errors; the place of the word that says so.
    pub(super) complete: Option<usize>,
    /// The place of the time from which it is in use.
    pub(super) active_from_at: usize,
    /// How long a chute is busy with a flight after its cut-off, in milliseconds.
    pub(super) changeover_ms: i64,
    /// The flights in the order of the file.
    pub(super) flights: Vec<ReadFlight>,
    /// The chutes that take exceptions.
    pub(super) exceptions: Vec<Field<u16>>,
}

/// One `[[flight]]`.
pub(super) struct ReadFlight {
    pub(super) key: FlightKey,
    pub(super) at: usize,
    pub(super) chutes: Vec<Field<u16>>,
    pub(super) overflow: Vec<Field<u16>>,
}

pub(super) struct PlanReader<'l> {
    line: &'l LineConfig,
    /// The flights on file; `None` if they do not matter.
    known: Option<&'l Flights>,
}

impl<'l> PlanReader<'l> {
    pub(super) fn new(line: &'l LineConfig, known: Option<&'l Flights>) -> Self {
        Self { line, known }
    }

    pub(super) fn read(&self, source: &mut Source<'_>, root: &mut Section<'_>) -> ReadPlan {
        let complete = root.flag(source, "complete", false).then(|| root.place_of("complete").unwrap_or(0));
        let changeover = root.integer(source, "changeover_min", 0..=CHANGEOVER_MIN_MAX, Some(5)).value;
        let flights = self.flights(source, root);
        let (exceptions, of_exceptions) = self.exceptions(source, root);
        let disabled = root.integers(source, "disabled", &(1..=9999));
        let disabled = self.chutes(source, &disabled, "disabled", DISABLED_MAX);
        let plan = Plan {
            active_from_utc_ms: parts::active_from(source, root),
            limits: parts::limits(source, root),
            products: parts::products(source, root),
            boarding: parts::boarding(source, root),
            permits: parts::permits(source, root),
            flights: flights.iter().map(ReadFlight::core).collect(),
            exceptions,
            chutes: self.rules(source, root),
            disabled: disabled.iter().map(|chute| chute.value).collect(),
            ..numbers(source, root)
        };
        let active_from_at = root.place_of("active_from").unwrap_or(0);
        ReadPlan {
            plan,
            complete,
            active_from_at,
            changeover_ms: changeover * 60_000,
            flights,
            exceptions: of_exceptions,
        }
    }

    fn flights(&self, source: &mut Source<'_>, root: &mut Section<'_>) -> Vec<ReadFlight> {
        let mut seen: BTreeMap<FlightKey, u32> = BTreeMap::new();
        let mut list = Vec::new();
        for mut section in root.tables(source, "flight") {
            let name = section.text(source, "flight", None);
            if name.sound {
                section.name = format!("flight {}", name.value);
            }
            let key = self.flight(source, &name, &mut seen);
            let numbers = section.integers(source, "chutes", &(1..=9999));
            if numbers.sound && numbers.value.is_empty() {
                let at = if numbers.at == 0 { section.at() } else { numbers.at };
                source.missing(at, format!("{}: no chutes", section.name), "list its chutes, like chutes = [1, 2]");
            }
            let owner = section.name.clone();
            let chutes = self.chutes(source, &numbers, &owner, CHUTES_PER_FLIGHT);
            let more = section.integers(source, "overflow", &(1..=9999));
            let overflow = self.chutes(source, &more, &format!("{owner}: overflow"), CHUTES_PER_FLIGHT);
            for twice in overflow.iter().filter(|more| chutes.iter().any(|chute| chute.value == more.value)) {
                let message = format!("{owner}: chute {} is one of its own", twice.value);
                source.problem(twice.at, message, "an overflow chute takes over from the others: list it once");
            }
            list.extend(key.map(|key| ReadFlight { key, at: name.at, chutes, overflow }));
            section.finish(source);
        }
        list
    }

    fn flight(
        &self,
        source: &mut Source<'_>,
        name: &Field<String>,
        seen: &mut BTreeMap<FlightKey, u32>,
    ) -> Option<FlightKey> {
        if !name.sound {
            return None;
        }
        let Ok(key) = name.value.parse::<FlightKey>() else {
            let remedy = "write carrier, number, date and board point, like \"3V4711/2026-11-23/LGG\"";
            source.problem(name.at, format!("\"{}\" is no flight key", name.value), remedy);
            return None;
        };
        if let Some(first) = seen.get(&key) {
            let message = format!("flight {key} stands already in line {first}");
            source.problem(name.at, message, "list all chutes of a flight in one [[flight]]");
        } else if let Some(flights) = self.known.filter(|flights| flights.get(&key).is_none()) {
            let known: Vec<String> = flights.iter().map(|record| record.key.to_string()).collect();
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = nearest(&name.value, &names).map_or(String::new(), |near| format!("did you mean {near}? "));
            let message = format!("flight {key} is unknown");
            source.problem(name.at, message, format!("{hint}add it to the flights file first, or correct the key"));
        }
        let (line, _) = source.place(name.at);
        seen.entry(key).or_insert(line);
        Some(key)
    }

    fn exceptions(&self, source: &mut Source<'_>, root: &mut Section<'_>) -> (Vec<ExceptionOutlets>, Vec<Field<u16>>) {
        let mut seen: BTreeMap<Reason, u32> = BTreeMap::new();
        let (mut list, mut all) = (Vec::new(), Vec::new());
        for mut section in root.tables(source, "exception") {
            let name = section.text(source, "code", None);
            if name.sound {
                section.name = format!("exception {}", name.value);
            }
            let code = codes::exception(source, &name, &mut seen);
            let numbers = section.integers(source, "outlets", &(1..=9999));
            let owner = section.name.clone();
            let outlets = self.chutes(source, &numbers, &owner, OUTLETS_PER_CODE);
            let passes = self.passes(source, &mut section);
            let again = std::iter::repeat_n(ANOTHER_PASS, usize::from(passes));
            let numbers = again.chain(outlets.iter().map(|chute| chute.value)).take(OUTLETS_PER_CODE).collect();
            if outlets.len() + usize::from(passes) > OUTLETS_PER_CODE {
                let message = format!("{owner}: {} outlets and {passes} passes", outlets.len());
                source.problem(section.at(), message, format!("together at most {OUTLETS_PER_CODE}"));
            }
            list.extend(code.map(|code| ExceptionOutlets { code, outlets: numbers }));
            all.extend(outlets);
            section.finish(source);
        }
        (list, all)
    }

    /// Passes more that a code gives where items come again.
    fn passes(&self, source: &mut Source<'_>, section: &mut Section<'_>) -> u8 {
        let passes = section.integer(source, "recirculate", 0..=OUTLETS_PER_CODE as i64, Some(0));
        if passes.sound && passes.value > 0 && self.line.line.ring.is_none() && self.line.line.return_passes_max == 0 {
            let message = format!("{}: recirculate = {} on a line with two ends", section.name, passes.value);
            let remedy = "only a loop or a return conveyor brings an item again: take it out, or write return_passes_max in \
                          line.toml";
            source.problem(passes.at, message, remedy);
        }
        narrow(passes.value)
    }

    fn rules(&self, source: &mut Source<'_>, root: &mut Section<'_>) -> Vec<ChuteRule> {
        let mut list: Vec<(ChuteRule, u32)> = Vec::new();
        for mut section in root.tables(source, "chute") {
            let number = section.integer(source, "chute", 1..=9999, None);
            if number.sound {
                section.name = format!("chute {}", number.value);
            }
            let chute: u16 = narrow(number.value);
            if number.sound && !self.has_chute(chute) {
                let message = format!("the line has no chute {chute}");
                source.problem(number.at, message, self.known_chutes());
            } else if let Some((_, first)) = list.iter().find(|(rule, _)| number.sound && rule.chute == chute) {
                let message = format!("chute {chute} has rules already, in line {first}");
                source.problem(number.at, message, "write all rules of a chute in one [[chute]]");
            }
            let mut limit = |key| narrow(section.integer(source, key, 0..=LIMIT_MAX, Some(0)).value);
            let (pieces_max, weight_max_g) = (limit("pieces_max"), limit("weight_max_g"));
            let length_max_mm = limit("length_max_mm");
            let rate = section.integer(source, "rate_per_min", 0..=i64::from(RATE_MAX), Some(0));
            let container = parts::container(source, &mut section);
            let rate_per_min = narrow(rate.value);
            let rule = ChuteRule { chute, container, pieces_max, weight_max_g, length_max_mm, rate_per_min };
            list.push((rule, source.place(number.at).0));
            section.finish(source);
        }
        list.into_iter().map(|(rule, _)| rule).collect()
    }

    /// The chutes of a list, each one that the line has, each once, and no more than the core has room for.
    fn chutes(
        &self,
        source: &mut Source<'_>,
        numbers: &Field<Vec<Field<i64>>>,
        owner: &str,
        room: usize,
    ) -> Vec<Field<u16>> {
        let mut list: Vec<Field<u16>> = Vec::new();
        for number in &numbers.value {
            let chute: u16 = narrow(number.value);
            if !self.has_chute(chute) {
                let message = format!("{owner}: the line has no chute {chute}");
                source.problem(number.at, message, self.known_chutes());
            } else if list.iter().any(|other| other.value == chute) {
                source.problem(number.at, format!("{owner}: chute {chute} is listed twice"), "take one out");
            } else if list.len() == room {
                source.problem(number.at, format!("{owner}: too many chutes"), format!("list at most {room}"));
                break;
            } else {
                list.push(Field { value: chute, at: number.at, sound: true });
            }
        }
        list
    }

    fn has_chute(&self, number: u16) -> bool {
        self.line.chutes.iter().any(|chute| chute.number == number)
    }

    fn known_chutes(&self) -> String {
        let mut numbers: Vec<u16> = self.line.chutes.iter().map(|chute| chute.number).collect();
        numbers.sort_unstable();
        format!("chutes of this line: {}", spans(&numbers))
    }
}

impl ReadFlight {
    fn core(&self) -> FlightChutes {
        let numbers = |list: &[Field<u16>]| list.iter().map(|chute| chute.value).collect();
        FlightChutes { flight: self.key, chutes: numbers(&self.chutes), overflow: numbers(&self.overflow) }
    }
}

/// The single figures of a plan, in a plan of nothing else.
fn numbers(source: &mut Source<'_>, root: &mut Section<'_>) -> Plan {
    let usual = Plan::empty(0);
    let plate_life_days = narrow(root.integer(source, "plate_life_days", 0..=3650, Some(0)).value);
    let mut number = |key, range, default: u32| {
        let default = (default > 0).then(|| i64::from(default));
        root.integer(source, key, range, default).value
    };
    Plan {
        version: narrow(number("version", 1..=i64::from(u32::MAX), 0)),
        full_delay_ms: narrow(number("full_delay_ms", 0..=60_000, usual.full_delay_ms)),
        after_full_pieces: narrow(number("after_full_pieces", 0..=1000, u32::from(usual.after_full_pieces))),
        reserve_ahead_mm: narrow(number("reserve_ahead_mm", 0..=100_000, usual.reserve_ahead_mm)),
        jam_blocked_ms: narrow(number("jam_blocked_ms", 0..=600_000, usual.jam_blocked_ms)),
        jam_unconfirmed: narrow(number("jam_unconfirmed", 0..=100, u32::from(usual.jam_unconfirmed))),
        last_call_s: narrow(number("last_call_min", 0..=LAST_CALL_MIN_MAX, usual.last_call_s / 60) * 60),
        plate_life_days,
        ..usual
    }
}

/// Ascending numbers as text, neighbours in spans: `1-4, 7`.
fn spans(numbers: &[u16]) -> String {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => spans.push((*number, *number)),
        }
    }
    let text = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    spans.iter().map(text).collect::<Vec<_>>().join(", ")
}
