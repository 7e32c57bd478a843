//! One MT-SICS line to its meaning.
//!
//! Words are split at blanks, however many, and each must be known: weights of nine and of ten characters are both
//! about, so that columns are no guide.

use super::line::LineError;
use super::sics::{MtSicsMessage, SicsError, SicsReply, SicsState, WeigherCommand};
use super::{Decimal, Unit};
use heapless::{String, Vec};

/// The meaning of a line without its end.
pub(super) fn message(line: &[u8]) -> Result<MtSicsMessage, LineError> {
    let line = without_blanks_behind(line);
    let error = match line {
        b"ES" => Some(SicsError::Syntax),
        b"ET" => Some(SicsError::Transmission),
        b"EL" => Some(SicsError::Logical),
        b"EI" => Some(SicsError::NotExecutable),
        _ => None,
    };
    if let Some(error) = error {
        return Ok(MtSicsMessage::Error(error));
    }
    if let Some(command) = WeigherCommand::of(line) {
        return Ok(MtSicsMessage::Command(command));
    }
    let (command, rest) = word(line);
    let (letter, rest) = word(rest.ok_or(LineError::Grammar)?);
    let command = ascii(command).filter(|command| is_command(command)).ok_or(LineError::Grammar)?;
    let reply = SicsReply {
        command,
        state: state(letter).ok_or(LineError::Grammar)?,
        value: None,
        unit: Unit::Other,
        symbol: String::new(),
        level: None,
        texts: Vec::new(),
    };
    match rest {
        None => without_more(reply),
        Some(rest) if starts_list(rest) => list(reply, rest),
        Some(rest) => weight(reply, rest),
    }
    .map(MtSicsMessage::Reply)
}

/// A weighing command must bring its weight; the zero and tare commands only say how it went.
fn without_more(reply: SicsReply) -> Result<SicsReply, LineError> {
    let weight_is_due = reply.is_weight() && matches!(reply.state, SicsState::Stable | SicsState::Dynamic);
    if weight_is_due { Err(LineError::Grammar) } else { Ok(reply) }
}

fn weight(mut reply: SicsReply, rest: &[u8]) -> Result<SicsReply, LineError> {
    // The tare that is in memory is told with the state of a thing done.
    let tare = reply.command == "TA" && reply.state == SicsState::Done;
    if !tare && !matches!(reply.state, SicsState::Stable | SicsState::Dynamic) {
        return Err(LineError::Grammar);
    }
    let (number, rest) = word(rest);
    reply.value = Some(Decimal::parse(number).ok_or(LineError::Number)?);
    let (unit, more) = word(rest.ok_or(LineError::Grammar)?);
    if unit.is_empty() || unit.len() > 5 || more.is_some() {
        return Err(LineError::Grammar);
    }
    reply.unit = Unit::from_symbol(unit);
    reply.symbol = ascii(unit).ok_or(LineError::Grammar)?;
    Ok(reply)
}

/// Texts in quotes, perhaps with a number before them.
fn list(mut reply: SicsReply, rest: &[u8]) -> Result<SicsReply, LineError> {
    if !matches!(reply.state, SicsState::Done | SicsState::More) {
        return Err(LineError::Grammar);
    }
    let mut rest = rest;
    if rest.first() != Some(&b'"') {
        let (level, more) = word(rest);
        let number = Decimal::parse(level).filter(|number| number.decimals == 0).ok_or(LineError::Number)?;
        reply.level = Some(u8::try_from(number.digits).map_err(|_| LineError::Number)?);
        rest = more.ok_or(LineError::Grammar)?;
    }
    loop {
        let quoted = rest.strip_prefix(b"\"").ok_or(LineError::Grammar)?;
        let end = quoted.iter().position(|byte| *byte == b'"').ok_or(LineError::Grammar)?;
        let (text, behind) = quoted.split_at_checked(end).ok_or(LineError::Grammar)?;
        reply.texts.push(ascii(text).ok_or(LineError::Grammar)?).map_err(|_| LineError::Grammar)?;
        match behind.get(1..).unwrap_or_default() {
            [] => return Ok(reply),
            [b' ', more @ ..] => rest = more,
            _ => return Err(LineError::Grammar),
        }
    }
}

fn starts_list(rest: &[u8]) -> bool {
    rest.contains(&b'"')
}

fn state(letter: &[u8]) -> Option<SicsState> {
    Some(match letter {
        b"S" => SicsState::Stable,
        b"D" => SicsState::Dynamic,
        b"A" => SicsState::Done,
        b"B" => SicsState::More,
        b"I" => SicsState::NotExecutable,
        b"L" => SicsState::Parameter,
        b"+" => SicsState::Upper,
        b"-" => SicsState::Lower,
        _ => return None,
    })
}

fn is_command(command: &str) -> bool {
    let mut bytes = command.bytes();
    command == "@"
        || (bytes.next().is_some_and(|first| first.is_ascii_uppercase())
            && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
}

/// The first word, and what follows the blanks behind it.
fn word(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Some(end) = line.iter().position(|byte| *byte == b' ') else { return (line, None) };
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, &[]));
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    (word, rest.get(blanks..))
}

fn without_blanks_behind(line: &[u8]) -> &[u8] {
    let blanks = line.iter().rev().take_while(|byte| **byte == b' ').count();
    line.get(..line.len() - blanks).unwrap_or_default()
}

fn ascii<const N: usize>(bytes: &[u8]) -> Option<String<N>> {
    String::try_from(core::str::from_utf8(bytes).ok()?).ok()
}
