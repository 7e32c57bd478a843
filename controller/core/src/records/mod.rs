//! Data that host systems and operators feed, and the keys that name it.

mod flight;
mod order;
mod parcel;

pub use flight::{FlightOrder, FlightRecord, FlightState, HANDLING_PER_FLIGHT, Mode, Traffic};
pub use order::{ContainerId, Order, OrderRecord, Person};
pub use parcel::{Customs, HANDLING_PER_PARCEL, HandlingCode, HoldRecord, NO_PRODUCT, ParcelRecord, Product, Security};

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// A normalised bar code: 1..=32 bytes of printable ASCII.
pub type CodeText = heapless::Vec<u8, 32>;
/// The host's own key of a parcel: 1..=24 bytes of printable ASCII.
pub type ParcelKey = heapless::Vec<u8, 24>;
/// A destination: an IATA airport or city code, three upper-case letters.
pub type Destination = [u8; 3];

/// Key of a flight. Text form `3V4711A/2026-11-23/LGG`: carrier, number, optional suffix, origin date in local time,
/// board point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlightKey {
    /// Carrier, two or three characters; the third is a blank when there are two.
    pub carrier: [u8; 3],
    /// Flight number, 1..=9999.
    pub number: u16,
    /// Operational suffix letter, or a blank.
    pub suffix: u8,
    /// Origin date in local time of the board point, as year × 10,000 + month × 100 + day.
    pub date: u32,
    /// Board point, an IATA airport code.
    pub board: [u8; 3],
}

/// Why a text is no flight key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAFlightKey;

impl fmt::Display for NotAFlightKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a flight key; write carrier, number, date and board point like 3V4711/2026-11-23/LGG")
    }
}

impl fmt::Display for FlightKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.carrier.iter().filter(|byte| **byte != b' ') {
            write!(f, "{}", char::from(*byte))?;
        }
        write!(f, "{}", self.number)?;
        if self.suffix != b' ' {
            write!(f, "{}", char::from(self.suffix))?;
        }
        write!(f, "/{:04}-{:02}-{:02}/", self.date / 10_000, self.date / 100 % 100, self.date % 100)?;
        self.board.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl FromStr for FlightKey {
    type Err = NotAFlightKey;

    fn from_str(text: &str) -> Result<Self, NotAFlightKey> {
        let mut parts = text.split('/');
        let (Some(name), Some(date), Some(board), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAFlightKey);
        };
        let (carrier, number, suffix) = flight_name(name.as_bytes()).ok_or(NotAFlightKey)?;
        let date = calendar_date(date.as_bytes()).ok_or(NotAFlightKey)?;
        let board = destination(board).ok_or(NotAFlightKey)?;
        Ok(Self { carrier, number, suffix, date, board })
    }
}

/// Reads a three-letter airport or city code.
#[must_use]
pub fn destination(text: &str) -> Option<Destination> {
    let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_uppercase).then_some(bytes)
}

fn flight_name(name: &[u8]) -> Option<([u8; 3], u16, u8)> {
    let (body, suffix) = match name.split_last()? {
        (last, body) if last.is_ascii_uppercase() => (body, *last),
        _ => (name, b' '),
    };
    // A carrier code has two characters, of which one may be a digit, or three letters.
    let split = if body.len() > 3 && body.get(..3)?.iter().all(u8::is_ascii_uppercase) { 3 } else { 2 };
    let (carrier, digits) = body.split_at_checked(split)?;
    let legal = carrier.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && carrier.iter().any(u8::is_ascii_uppercase);
    if !legal || digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let third = carrier.get(2).copied().unwrap_or(b' ');
    (number > 0).then_some(([carrier[0], carrier[1], third], number, suffix))
}

fn calendar_date(text: &[u8]) -> Option<u32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !digits.iter().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let date = digits.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(**digit - b'0'));
    (1..=days(date / 10_000, date / 100 % 100)).contains(&(date % 100)).then_some(date)
}

/// Days of a month; 0 of one that there is not, so that no day is one of it.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    }
}
