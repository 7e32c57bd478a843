//! One line of a feed file to one input.

mod field;
mod flight;
mod hold;
mod order;
mod parcel;

use super::FeedKind;
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_protocol::identifier::Grammars;

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

/// Reads one line without its end; `grammars` says which codes are plates on this line.
///
/// # Errors
/// The first thing that is wrong with the line.
pub fn parse_line(kind: FeedKind, line: &[u8], grammars: &Grammars) -> Result<Input, LineFault> {
    let text = std::str::from_utf8(line).map_err(|error| not_utf8(line, error.valid_up_to()))?;
    let example = kind.example();
    match kind {
        FeedKind::Parcels => parcel::parcel(text, &json(text, example)?, grammars),
        FeedKind::Flights => flight::flight(text, &json(text, example)?),
        FeedKind::Holds => hold::hold(text, &json(text, example)?),
        FeedKind::Orders => order::order(text, &json(text, example)?, grammars),
    }
}

fn json<'t, T: Deserialize<'t>>(text: &'t str, example: &str) -> Result<T, LineFault> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or_default();
        let message = message.replace("EOF while parsing", "the line ends within").replace("i64", "a whole number");
        let remedy = format!("write one whole JSON object a line, like {example}");
        LineFault { column: count(error.column().max(1)), message, remedy }
    })
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
