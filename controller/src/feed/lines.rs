//! One line of a feed file to one input.

use super::FeedKind;
use super::plates::normalised_plate;
use crate::config::nearest;
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_core::records::{
    CodeText, Customs, Destination, FlightKey, FlightOrder, FlightRecord, HoldRecord, Mode, NO_PRODUCT, ParcelKey,
    ParcelRecord, Security, Traffic, destination,
};

/// What is wrong with a line; its file and line number are the caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

/// Reads one line without its end.
///
/// # Errors
/// The first thing that is wrong with the line.
pub fn parse_line(kind: FeedKind, line: &[u8]) -> Result<Input, LineFault> {
    let text = std::str::from_utf8(line).map_err(|error| not_utf8(line, error.valid_up_to()))?;
    match kind {
        FeedKind::Parcels => parcel(text, &json(text, PARCEL_EXAMPLE)?),
        FeedKind::Flights => flight(text, &json(text, FLIGHT_EXAMPLE)?),
        FeedKind::Holds => hold(text, &json(text, HOLD_EXAMPLE)?),
    }
}

const PARCEL_EXAMPLE: &str = r#"like {"parcel":"P1","plates":["LP000123456789012"],"destination":"JFK","customs":"released","security":"screened"}"#;
const FLIGHT_EXAMPLE: &str = concat!(
    r#"like {"flight":"3V4711/2026-11-23/LGG","mode":"air","destination":"JFK","opens":"2026-11-23T18:00:00Z","#,
    r#""cutoff":"2026-11-23T21:30:00Z","departs":"2026-11-23T23:10:00Z","order":"planned"}"#
);
const HOLD_EXAMPLE: &str =
    r#"like {"parcel":"P1","customs":"hold"}, {"parcel":"P1","security":"alarm"} or {"parcel":"P1","departed":true}"#;

const CUSTOMS: [(&str, Customs); 7] = [
    ("not-lodged", Customs::NotLodged),
    ("assessing", Customs::Assessing),
    ("released", Customs::Released),
    ("hold", Customs::Hold),
    ("screening-wanted", Customs::ScreeningWanted),
    ("inspection", Customs::Inspection),
    ("do-not-load", Customs::DoNotLoad),
];
const SECURITY: [(&str, Security); 3] =
    [("not-screened", Security::NotScreened), ("screened", Security::Screened), ("alarm", Security::Alarm)];
const MODES: [(&str, Mode); 2] = [("air", Mode::Air), ("road", Mode::Road)];
const ORDERS: [(&str, FlightOrder); 3] =
    [("planned", FlightOrder::Planned), ("cancelled", FlightOrder::Cancelled), ("closed", FlightOrder::Closed)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParcelLine {
    parcel: String,
    plates: Option<Vec<String>>,
    destination: Option<String>,
    flight: Option<String>,
    customs: Option<String>,
    security: Option<String>,
    declared_g: Option<i64>,
    departed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlightLine {
    flight: String,
    mode: String,
    destination: String,
    opens: String,
    cutoff: String,
    departs: String,
    order: Option<String>,
    expected: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldLine {
    parcel: String,
    customs: Option<String>,
    security: Option<String>,
    departed: Option<bool>,
}

fn parcel(text: &str, line: &ParcelLine) -> Result<Input, LineFault> {
    let key = parcel_key(text, &line.parcel)?;
    if line.departed == Some(true) {
        return Ok(Input::Departed(key));
    }
    let missing = |name| fault(text, "parcel", format!("{name} is missing"), format!("write {PARCEL_EXAMPLE}"));
    let wanted = line.plates.as_ref().ok_or_else(|| missing("plates"))?;
    let place = line.destination.as_ref().ok_or_else(|| missing("destination"))?;
    let customs = line.customs.as_ref().map(|word| one_of(text, "customs", word, &CUSTOMS)).transpose()?;
    let security = line.security.as_ref().map(|word| one_of(text, "security", word, &SECURITY)).transpose()?;
    Ok(Input::Parcel(ParcelRecord {
        key,
        plates: plates(text, wanted)?,
        destination: airport(text, place)?,
        flight: line.flight.as_ref().map(|flight| flight_key(text, flight)).transpose()?,
        may_move: false,
        customs: customs.unwrap_or(Customs::NotLodged),
        security: security.unwrap_or(Security::NotScreened),
        product: NO_PRODUCT,
        handling: heapless::Vec::new(),
        declared_mm: [0; 3],
        declared_g: in_range(text, "declared_g", line.declared_g, 10_000_000)?,
    }))
}

fn flight(text: &str, line: &FlightLine) -> Result<Input, LineFault> {
    let record = FlightRecord {
        key: flight_key(text, &line.flight)?,
        mode: one_of(text, "mode", &line.mode, &MODES)?,
        traffic: Traffic::Export,
        destination: airport(text, &line.destination)?,
        opens_utc_ms: instant(text, "opens", &line.opens)?,
        cutoff_utc_ms: instant(text, "cutoff", &line.cutoff)?,
        departs_utc_ms: instant(text, "departs", &line.departs)?,
        order: line.order.as_ref().map_or(Ok(FlightOrder::Planned), |word| one_of(text, "order", word, &ORDERS))?,
        expected: in_range(text, "expected", line.expected, 10_000_000)?,
        capacity_pieces: 0,
        capacity_g: 0,
        handling: heapless::Vec::new(),
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

fn hold(text: &str, line: &HoldLine) -> Result<Input, LineFault> {
    let key = parcel_key(text, &line.parcel)?;
    if line.departed == Some(true) {
        return Ok(Input::Departed(key));
    }
    let customs = line.customs.as_ref().map(|word| one_of(text, "customs", word, &CUSTOMS)).transpose()?;
    let security = line.security.as_ref().map(|word| one_of(text, "security", word, &SECURITY)).transpose()?;
    if customs.is_none() && security.is_none() {
        return Err(fault(text, "parcel", "customs is missing".to_owned(), format!("write {HOLD_EXAMPLE}")));
    }
    Ok(Input::Hold(HoldRecord { key, customs, security }))
}

fn json<'t, T: Deserialize<'t>>(text: &'t str, example: &str) -> Result<T, LineFault> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or_default();
        let message = message.replace("EOF while parsing", "the line ends within").replace("i64", "a whole number");
        let remedy = format!("write one whole JSON object a line, {example}");
        LineFault { column: count(error.column().max(1)), message, remedy }
    })
}

fn parcel_key(text: &str, key: &str) -> Result<ParcelKey, LineFault> {
    let legal = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    let packed = if legal { ParcelKey::from_slice(key.as_bytes()).ok() } else { None };
    packed.ok_or_else(|| {
        let message = format!("parcel \"{}\" is no parcel key", shortened(key));
        fault(text, "parcel", message, "write 1 to 24 printable ASCII characters without blanks")
    })
}

fn plates(text: &str, wanted: &[String]) -> Result<heapless::Vec<CodeText, 4>, LineFault> {
    let mut plates: heapless::Vec<CodeText, 4> = heapless::Vec::new();
    for plate in wanted {
        let code = normalised_plate(plate).map_err(|why| {
            let message = format!("plate \"{}\" {}", shortened(plate), why.sentence());
            fault(text, "plates", message, "write the code as it stands on the label, 6 to 32 letters and digits")
        })?;
        if !plates.contains(&code) && plates.push(code).is_err() {
            let message = format!("{} plates", wanted.len());
            return Err(fault(text, "plates", message, "list at most 4"));
        }
    }
    if plates.is_empty() {
        return Err(fault(text, "plates", "no plate".to_owned(), "list at least one code that stands on the label"));
    }
    Ok(plates)
}

fn airport(text: &str, place: &str) -> Result<Destination, LineFault> {
    destination(place).ok_or_else(|| {
        let message = format!("destination \"{}\" is no airport code", shortened(place));
        fault(text, "destination", message, "write three upper-case letters, like JFK")
    })
}

fn flight_key(text: &str, key: &str) -> Result<FlightKey, LineFault> {
    key.parse().map_err(|_| {
        let remedy = "write carrier, number, date and board point, like 3V4711/2026-11-23/LGG";
        fault(text, "flight", format!("\"{}\" is no flight key", shortened(key)), remedy)
    })
}

fn instant(text: &str, key: &str, time: &str) -> Result<i64, LineFault> {
    time.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond).map_err(|_| {
        let message = format!("{key}: \"{}\" is no time", shortened(time));
        fault(
            text,
            key,
            message,
            "write it with zone or offset, like 2026-11-23T18:00:00Z or 2026-11-23T19:00:00+01:00",
        )
    })
}

fn in_range(text: &str, key: &str, number: Option<i64>, max: u32) -> Result<u32, LineFault> {
    let number = number.unwrap_or(0);
    u32::try_from(number).ok().filter(|number| *number <= max).ok_or_else(|| {
        let remedy = format!("write a whole number from 0 to {max}, or leave it out");
        fault(text, key, format!("{key} = {number} is out of range"), remedy)
    })
}

fn one_of<T: Copy>(text: &str, key: &str, word: &str, words: &[(&str, T)]) -> Result<T, LineFault> {
    if let Some((_, value)) = words.iter().find(|(name, _)| *name == word) {
        return Ok(*value);
    }
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let hint = nearest(word, &names).map_or(String::new(), |name| format!("did you mean {name}? "));
    let message = format!("{key} = \"{}\" is unknown", shortened(word));
    Err(fault(text, key, message, format!("{hint}write one of: {}", names.join(", "))))
}

/// A fault at a key of the object.
fn fault(text: &str, key: &str, message: String, remedy: impl Into<String>) -> LineFault {
    let quoted = format!("\"{key}\"");
    let before = text.find(&quoted).and_then(|at| text.get(..at)).map_or(0, |before| before.chars().count());
    LineFault { column: count(before + 1), message, remedy: remedy.into() }
}

fn not_utf8(line: &[u8], good: usize) -> LineFault {
    let before = String::from_utf8_lossy(line.get(..good).unwrap_or_default()).chars().count();
    LineFault {
        column: count(before + 1),
        message: "a byte that is not UTF-8".to_owned(),
        remedy: "write the file as UTF-8 text".to_owned(),
    }
}

/// A text for a message, without what would spoil a screen.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).flat_map(char::escape_default).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
