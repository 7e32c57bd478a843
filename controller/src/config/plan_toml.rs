//! Reads `plan.toml`, and checks it against the line and the flights that are known.

use super::devices::narrow;
use super::line::LineConfig;
use super::nearest::nearest;
use super::problem::Problems;
use super::section::{Field, Section};
use super::source::{Source, read_text};
use sortie_core::output::Reason;
use sortie_core::plan::{CHUTES_PER_FLIGHT, ExceptionOutlets, FlightChutes, OUTLETS_PER_CODE, Plan};
use sortie_core::records::FlightKey;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::de::DeTable;

/// Codes that a plan may give outlets; all others ride to the end of line, or are no exceptions.
const CODES: [(&str, Reason); 27] = [
    ("NRD", Reason::Nrd),
    ("MRD", Reason::Mrd),
    ("DUP", Reason::Dup),
    ("NDT", Reason::Ndt),
    ("SEC", Reason::Sec),
    ("DNL", Reason::Dnl),
    ("RFS", Reason::Rfs),
    ("INS", Reason::Ins),
    ("HLD", Reason::Hld),
    ("CUS", Reason::Cus),
    ("OVW", Reason::Ovw),
    ("OVS", Reason::Ovs),
    ("WMM", Reason::Wmm),
    ("NWT", Reason::Nwt),
    ("SHC", Reason::Shc),
    ("NFL", Reason::Nfl),
    ("ERL", Reason::Erl),
    ("LAT", Reason::Lat),
    ("CNX", Reason::Cnx),
    ("FUL", Reason::Ful),
    ("JAM", Reason::Jam),
    ("LCK", Reason::Lck),
    ("DIS", Reason::Dis),
    ("NCT", Reason::Nct),
    ("RAT", Reason::Rat),
    ("SHG", Reason::Shg),
    ("RCX", Reason::Rcx),
];

/// Most chutes that can be out of service: every one.
const DISABLED_MAX: usize = 9999;

/// Codes whose items nobody may divert: where they are, or whose they are, is in doubt.
const NEVER: [&str; 4] = ["TRK", "FLU", "OVL", "GAP"];

/// The exception codes that a plan may list, in the order of the rules.
pub fn exception_codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|(code, _)| *code)
}

/// Reads and checks a `plan.toml` for a line; `flights` are the flights on file.
///
/// # Errors
/// Every problem of the file, by place.
pub fn load_plan(path: &Path, line: &LineConfig, flights: &BTreeSet<FlightKey>) -> Result<Plan, Problems> {
    let text = read_text(path)?;
    plan_from_str(&path.display().to_string(), &text, line, flights)
}

/// Reads and checks the text of a `plan.toml`; `file` names it in messages.
///
/// # Errors
/// Every problem of the text, by place.
pub fn plan_from_str(
    file: &str,
    text: &str,
    line: &LineConfig,
    flights: &BTreeSet<FlightKey>,
) -> Result<Plan, Problems> {
    let mut source = Source::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    errors.iter().for_each(|error| source.syntax_error(error));
    let mut root = Section::new(table.get_ref(), 0, "");
    let mut reader = PlanReader { line, known: flights, owners: BTreeMap::new() };
    let plan = reader.plan(&mut source, &mut root);
    root.finish(&mut source);
    if source.is_clean() { Ok(plan) } else { Err(source.into_problems()) }
}

struct PlanReader<'l> {
    line: &'l LineConfig,
    known: &'l BTreeSet<FlightKey>,
    /// Which flight or `exceptions` each chute serves, with the source line.
    owners: BTreeMap<u16, (String, u32)>,
}

impl PlanReader<'_> {
    fn plan(&mut self, source: &mut Source<'_>, root: &mut Section<'_>) -> Plan {
        let mut number = |key, range, default| root.integer(source, key, range, default).value;
        let version = number("version", 1..=i64::from(u32::MAX), None);
        let full_delay_ms = number("full_delay_ms", 0..=60_000, Some(500));
        let after_full_pieces = number("after_full_pieces", 0..=1000, Some(3));
        let reserve_ahead_mm = number("reserve_ahead_mm", 0..=100_000, Some(3000));
        let disabled = root.integers(source, "disabled", &(1..=9999));
        let disabled = self.chutes(source, &disabled, "disabled", DISABLED_MAX);
        Plan {
            version: narrow(version),
            full_delay_ms: narrow(full_delay_ms),
            after_full_pieces: narrow(after_full_pieces),
            reserve_ahead_mm: narrow(reserve_ahead_mm),
            flights: self.flights(source, root),
            exceptions: self.exceptions(source, root),
            disabled: disabled.iter().map(|chute| chute.value).collect(),
            ..Plan::empty(0)
        }
    }

    fn flights(&mut self, source: &mut Source<'_>, root: &mut Section<'_>) -> Vec<FlightChutes> {
        let mut seen: BTreeMap<FlightKey, u32> = BTreeMap::new();
        let mut list = Vec::new();
        for mut section in root.tables(source, "flight") {
            let name = section.text(source, "flight", None);
            if name.sound {
                section.name = format!("flight {}", name.value);
            }
            let flight = self.flight(source, &name, &mut seen);
            let numbers = section.integers(source, "chutes", &(1..=9999));
            if numbers.sound && numbers.value.is_empty() {
                let at = if numbers.at == 0 { section.at() } else { numbers.at };
                source.missing(at, format!("{}: no chutes", section.name), "list its chutes, like chutes = [1, 2]");
            }
            let owner = section.name.clone();
            let chutes = self.chutes(source, &numbers, &owner, CHUTES_PER_FLIGHT);
            self.own(source, &chutes, &owner);
            if let Some(flight) = flight {
                let chutes = chutes.iter().map(|chute| chute.value).collect();
                list.push(FlightChutes { flight, chutes, overflow: heapless::Vec::new() });
            }
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
        } else if !self.known.contains(&key) {
            let known: Vec<String> = self.known.iter().map(ToString::to_string).collect();
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = nearest(&name.value, &names).map_or(String::new(), |near| format!("did you mean {near}? "));
            let message = format!("flight {key} is unknown");
            source.problem(name.at, message, format!("{hint}add it to the flights file first, or correct the key"));
        }
        let (line, _) = source.place(name.at);
        seen.entry(key).or_insert(line);
        Some(key)
    }

    fn exceptions(&mut self, source: &mut Source<'_>, root: &mut Section<'_>) -> Vec<ExceptionOutlets> {
        let mut seen: BTreeMap<Reason, u32> = BTreeMap::new();
        let mut list = Vec::new();
        for mut section in root.tables(source, "exception") {
            let name = section.text(source, "code", None);
            if name.sound {
                section.name = format!("exception {}", name.value);
            }
            let code = exception(source, &name, &mut seen);
            let numbers = section.integers(source, "outlets", &(1..=9999));
            let owner = section.name.clone();
            let outlets = self.chutes(source, &numbers, &owner, OUTLETS_PER_CODE);
            self.own(source, &outlets, "exceptions");
            if let Some(code) = code {
                list.push(ExceptionOutlets { code, outlets: outlets.iter().map(|chute| chute.value).collect() });
            }
            section.finish(source);
        }
        list
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
            if !self.line.chutes.iter().any(|known| known.number == chute) {
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

    fn known_chutes(&self) -> String {
        let mut numbers: Vec<u16> = self.line.chutes.iter().map(|chute| chute.number).collect();
        numbers.sort_unstable();
        let mut spans: Vec<(u16, u16)> = Vec::new();
        for number in numbers {
            match spans.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                _ => spans.push((number, number)),
            }
        }
        let text =
            |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        format!("chutes of this line: {}", spans.iter().map(text).collect::<Vec<_>>().join(", "))
    }

    /// A chute serves one flight, or exceptions.
    fn own(&mut self, source: &mut Source<'_>, chutes: &[Field<u16>], owner: &str) {
        for chute in chutes {
            let (line, _) = source.place(chute.at);
            match self.owners.get(&chute.value) {
                Some((other, first)) if other != owner => {
                    let message = format!("chute {} serves {other} already, in line {first}", chute.value);
                    source.problem(chute.at, message, "a chute serves one flight or exceptions: list it once");
                }
                _ => {
                    self.owners.insert(chute.value, (owner.to_owned(), line));
                }
            }
        }
    }
}

fn exception(source: &mut Source<'_>, name: &Field<String>, seen: &mut BTreeMap<Reason, u32>) -> Option<Reason> {
    if !name.sound {
        return None;
    }
    if NEVER.contains(&name.value.as_str()) {
        let message = format!("{} can have no outlet", name.value);
        source.problem(name.at, message, "such items are in doubt and ride to the end of line; take this table out");
        return None;
    }
    let codes: Vec<&str> = exception_codes().collect();
    let Some((_, code)) = CODES.iter().find(|(code, _)| *code == name.value) else {
        let upper = name.value.to_ascii_uppercase();
        let hint = nearest(&upper, &codes).map_or(String::new(), |code| format!("did you mean {code}? "));
        let message = format!("exception code \"{}\" is unknown", name.value);
        source.problem(name.at, message, format!("{hint}write one of: {}", codes.join(", ")));
        return None;
    };
    let (line, _) = source.place(name.at);
    if let Some(first) = seen.insert(*code, line) {
        let message = format!("exception {} stands already in line {first}", name.value);
        source.problem(name.at, message, "list all outlets of a code in one [[exception]]");
    }
    Some(*code)
}
