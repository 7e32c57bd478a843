//! GS1 element strings: application identifiers (AI) and their values.
//!
//! A value of variable length ends with GS (0x1D) or with the data; one behind a value of fixed length is tolerated.
//! What stands behind an identifier that nobody knows cannot be told apart, but an SSCC in front of it has been read.

use super::check::gs1_fits;
use super::gs1_table::{Ai, Need, find};

/// Most element strings in one symbol.
pub const ELEMENTS_MAX: usize = 64;
/// Longest value, characters.
pub const VALUE_MAX: usize = 90;
const GS: u8 = 0x1D;

/// One element string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// Application identifier, 2 to 4 digits.
    pub ai: &'a [u8],
    /// Its value.
    pub value: &'a [u8],
}

/// Which rule the data break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gs1Error {
    /// No data.
    Empty,
    /// No application identifier is known that begins like this.
    UnknownAi,
    /// A value with too few characters.
    TooShort,
    /// A value with too many characters.
    TooLong,
    /// A character that the value may not have.
    Character(u8),
    /// A wrong check digit.
    CheckDigit,
    /// Two elements that exclude each other, or the same one twice with different values.
    Excluded,
    /// An element without the one that it needs.
    Missing,
    /// More than 64 elements.
    TooMany,
}

/// Walks through the element strings; stops at the first error.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

/// The element strings of data whose leading FNC1 (or AIM identifier) has been taken off.
#[must_use]
pub fn elements(data: &[u8]) -> Elements<'_> {
    Elements { rest: data }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Gs1Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let found = self.element();
        if found.is_err() {
            self.rest = &[];
        }
        Some(found)
    }
}

impl<'a> Elements<'a> {
    fn element(&mut self) -> Result<Element<'a>, Gs1Error> {
        let rule = find(self.rest).ok_or(Gs1Error::UnknownAi)?;
        let (ai, rest) = self.rest.split_at_checked(rule.digits).ok_or(Gs1Error::UnknownAi)?;
        let end = rest.iter().position(|byte| *byte == GS).unwrap_or(rest.len());
        let length = if rule.is_fixed() { rule.max.min(end) } else { end };
        let (value, rest) = rest.split_at_checked(length).ok_or(Gs1Error::TooShort)?;
        rule.check(value)?;
        self.rest = rest.strip_prefix(&[GS]).unwrap_or(rest);
        Ok(Element { ai, value })
    }
}

impl Ai {
    fn check(&self, value: &[u8]) -> Result<(), Gs1Error> {
        if value.len() < self.min {
            return Err(Gs1Error::TooShort);
        }
        if value.len() > self.max {
            return Err(Gs1Error::TooLong);
        }
        let numeric = value.get(..self.numeric.min(value.len())).unwrap_or(value);
        let text = value.get(numeric.len()..).unwrap_or_default();
        let wrong = numeric.iter().find(|byte| !byte.is_ascii_digit()).or(text.iter().find(|byte| !is_cset82(**byte)));
        if let Some(&byte) = wrong {
            return Err(Gs1Error::Character(byte));
        }
        let checked = value.get(..self.checked).unwrap_or_default();
        if self.checked > 0 && !gs1_fits(checked) { Err(Gs1Error::CheckDigit) } else { Ok(()) }
    }
}

/// The characters of GS1's set 82.
fn is_cset82(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte)
}

/// Checks every rule and finds the SSCC, if the data hold one.
///
/// # Errors
/// The first rule that the data break.
pub fn sscc(data: &[u8]) -> Result<Option<&[u8]>, Gs1Error> {
    if data.is_empty() {
        return Err(Gs1Error::Empty);
    }
    // The commonest label by far: nothing but an SSCC.
    if let Some(value) = data.strip_prefix(b"00").filter(|value| value.len() == 18) {
        return if gs1_fits(value) { Ok(Some(value)) } else { Err(why_no_sscc(value)) };
    }
    let (mut found, mut many) = (None, 0);
    let mut left = elements(data);
    while !left.rest.is_empty() {
        let element = match left.element() {
            Err(Gs1Error::UnknownAi) if found.is_some() && looks_like_an_element(left.rest) => return Ok(found),
            element => element?,
        };
        many += 1;
        if many > ELEMENTS_MAX {
            return Err(Gs1Error::TooMany);
        }
        if element.ai == b"00" {
            found = Some(element.value);
        }
        associations(data, element)?;
    }
    Ok(found)
}

/// An identifier of two digits at least, and something behind it that a value may have. A digit or two that are left over
/// are no identifier: what stands before them is longer than it should be.
fn looks_like_an_element(rest: &[u8]) -> bool {
    let element = rest.split(|byte| *byte == GS).next().unwrap_or_default();
    matches!(element, [a, b, _, ..] if a.is_ascii_digit() && b.is_ascii_digit())
        && rest.iter().all(|byte| *byte == GS || is_cset82(*byte))
}

fn why_no_sscc(value: &[u8]) -> Gs1Error {
    value.iter().find(|byte| !byte.is_ascii_digit()).map_or(Gs1Error::CheckDigit, |byte| match *byte {
        GS => Gs1Error::TooShort,
        byte => Gs1Error::Character(byte),
    })
}

/// Rules between elements. The data are walked once more for each element that has any; symbols are short.
fn associations(data: &[u8], element: Element<'_>) -> Result<(), Gs1Error> {
    let others = || elements(data).filter_map(Result::ok).take(ELEMENTS_MAX);
    if others().any(|other| other.ai == element.ai && other.value != element.value) {
        return Err(Gs1Error::Excluded);
    }
    let Some(rule) = find(element.ai) else { return Err(Gs1Error::UnknownAi) };
    if others().any(|other| rule.excludes.iter().any(|ai| other.ai.starts_with(ai.as_bytes()))) {
        return Err(Gs1Error::Excluded);
    }
    let met = |need: &Need| need.iter().all(|ai| others().any(|other| other.ai.starts_with(ai.as_bytes())));
    // What an element needs may stand where nobody can read on.
    let hidden = || elements(data).any(|other| other == Err(Gs1Error::UnknownAi));
    if rule.needs.is_empty() || rule.needs.iter().any(met) || hidden() { Ok(()) } else { Err(Gs1Error::Missing) }
}
