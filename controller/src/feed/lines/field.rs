//! Values that several kinds of lines have.

use super::{LineFault, fault, shortened};
use crate::config::nearest;
use crate::feed::plates::normalised_plate;
use crate::local_time;
use crate::words::Words;
use jiff::tz::TimeZone;
use sortie_core::records::{CodeText, Destination, FlightKey, HandlingCode, ParcelKey, destination};
use sortie_protocol::identifier::Grammars;

pub(super) fn parcel_key(text: &str, key: &str) -> Result<ParcelKey, LineFault> {
    let legal = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    let packed = if legal { ParcelKey::from_slice(key.as_bytes()).ok() } else { None };
    packed.ok_or_else(|| {
        let message = format!("parcel \"{}\" is no parcel key", shortened(key));
        fault(text, "parcel", message, "write 1 to 24 printable ASCII characters without blanks")
    })
}

/// A plate under `key`, as scanners read it.
pub(super) fn plate(text: &str, key: &str, plate: &str, grammars: &Grammars) -> Result<CodeText, LineFault> {
    normalised_plate(plate, grammars).map_err(|why| {
        let message = format!("plate \"{}\" {}", shortened(plate), why.sentence());
        fault(text, key, message, "write the code as it stands on the label, 6 to 32 letters and digits")
    })
}

pub(super) fn airport(text: &str, place: &str) -> Result<Destination, LineFault> {
    destination(place).ok_or_else(|| {
        let message = format!("destination \"{}\" is no airport code", shortened(place));
        fault(text, "destination", message, "write three upper-case letters, like JFK")
    })
}

pub(super) fn flight_key(text: &str, key: &str) -> Result<FlightKey, LineFault> {
    key.parse().map_err(|_| {
        let remedy = "write carrier, number, date and board point, like 3V4711/2026-11-23/LGG";
        fault(text, "flight", format!("\"{}\" is no flight key", shortened(key)), remedy)
    })
}

/// Special handling codes, each once.
pub(super) fn handling<const N: usize>(
    text: &str,
    wanted: Option<&Vec<String>>,
) -> Result<heapless::Vec<HandlingCode, N>, LineFault> {
    let mut codes = heapless::Vec::new();
    for word in wanted.into_iter().flatten() {
        let code = destination(word).ok_or_else(|| {
            let message = format!("\"{}\" is no special handling code", shortened(word));
            fault(text, "handling", message, "write three upper-case letters, like ELI or CAO")
        })?;
        if !codes.contains(&code) && codes.push(code).is_err() {
            let message = "too many special handling codes".to_owned();
            return Err(fault(text, "handling", message, format!("list at most {N}")));
        }
    }
    Ok(codes)
}

/// The zone of a line's local times, if it names one.
pub(super) fn zone(text: &str, name: Option<&String>) -> Result<Option<TimeZone>, LineFault> {
    let named = name.map(|name| {
        local_time::zone(name).map_err(|why| {
            let message = format!("zone: \"{}\" {why}", shortened(name));
            fault(text, "zone", message, why.remedy())
        })
    });
    named.transpose()
}

pub(super) fn instant(text: &str, key: &str, time: &str, zone: Option<&TimeZone>) -> Result<i64, LineFault> {
    local_time::utc_ms(time, zone)
        .map_err(|why| fault(text, key, format!("{key}: \"{}\" {why}", shortened(time)), why.remedy()))
}

/// A number under `key` from 0 to `max`; 0 if it is left out.
pub(super) fn in_range<T: TryFrom<i64>>(text: &str, key: &str, number: Option<i64>, max: i64) -> Result<T, LineFault> {
    let number = number.unwrap_or(0);
    let fits = (0..=max).contains(&number);
    fits.then(|| T::try_from(number).ok()).flatten().ok_or_else(|| {
        let remedy = format!("write a whole number from 0 to {max}, or leave it out");
        fault(text, key, format!("{key} = {number} is out of range"), remedy)
    })
}

pub(super) fn one_of<W: Words>(text: &str, key: &str, word: &str) -> Result<W, LineFault> {
    if let Some((_, value)) = W::WORDS.iter().find(|(name, _)| *name == word) {
        return Ok(*value);
    }
    let names: Vec<&str> = W::WORDS.iter().map(|(name, _)| *name).collect();
    let message = format!("{key} = \"{}\" is unknown", shortened(word));
    Err(fault(text, key, message, choice(word, &names)))
}

/// What may be written instead of an unknown word.
pub(super) fn choice(word: &str, names: &[&str]) -> String {
    let hint = nearest(word, names).map_or(String::new(), |name| format!("did you mean {name}? "));
    format!("{hint}write one of: {}", names.join(", "))
}

/// A word that may be left out.
pub(super) fn maybe<W: Words>(text: &str, key: &str, word: Option<&String>) -> Result<Option<W>, LineFault> {
    word.map(|word| one_of(text, key, word)).transpose()
}

/// A key that has to be there.
pub(super) fn needed<'v, T>(text: &str, key: &str, value: Option<&'v T>, example: &str) -> Result<&'v T, LineFault> {
    value.ok_or_else(|| {
        let message = format!("{key} is missing");
        LineFault { column: 1, message, remedy: format!("write {example}") }.at_start_of(text)
    })
}

impl LineFault {
    /// The same at the first character that is no blank.
    fn at_start_of(mut self, text: &str) -> Self {
        self.column = super::count(text.chars().take_while(|c| c.is_whitespace()).count() + 1);
        self
    }
}
