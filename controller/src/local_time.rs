//! Times as people write them, converted at the edge to UTC milliseconds.
//!
//! A time has an offset of its own (`2026-11-23T19:00:00+01:00`, `…Z`), or is a local time beside a named zone
//! (`2026-11-23T19:00` with `Europe/Brussels`). On the two nights a year on which clocks are moved, a local time can
//! come twice or not at all; nobody but its writer can say which instant was meant, so it is refused, with what to
//! write instead. Zones come from the system's database or, on a PC without one, from the one that is built in.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use std::fmt;

/// No clock on earth is further from UTC: 14 hours.
const OFFSET_SECONDS_MAX: i32 = 14 * 3600;

/// Why a text is no instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFault {
    /// It is no time at all.
    NoTime,
    /// It is a local time, and nobody said of which zone.
    NoZone,
    /// There is no zone of that name.
    UnknownZone,
    /// Clocks are put forward over it: it does not exist in the zone. Both offsets, and what the zone's clocks show.
    Skipped {
        /// The time as it was written.
        text: String,
        /// Offset before the clocks are moved, and the local time that it leads to.
        before: (String, String),
        /// Offset after the clocks are moved, and the local time that it leads to.
        after: (String, String),
    },
    /// Clocks are put back over it: it comes twice in the zone, with these offsets.
    Twice {
        /// The time as it was written.
        text: String,
        /// Offset of the first one.
        first: String,
        /// Offset of the second one.
        second: String,
    },
}

impl fmt::Display for TimeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTime => "is no time",
            Self::NoZone => "is a local time without a zone",
            Self::UnknownZone => "names no known zone",
            Self::Skipped { .. } => "does not exist there: the clocks are put forward over it",
            Self::Twice { .. } => "comes twice there: the clocks are put back over it",
        })
    }
}

impl TimeFault {
    /// What to write instead.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoTime => "write it like 2026-11-23T18:00:00Z, like 2026-11-23T19:00:00+01:00, or like \
                             2026-11-23T19:00 beside a zone"
                .to_owned(),
            Self::NoZone => {
                "write it with zone or offset: 2026-11-23T19:00:00+01:00, or add a zone like Europe/Brussels".to_owned()
            }
            Self::UnknownZone => "write a name of the IANA time zone database, like Europe/Brussels".to_owned(),
            Self::Skipped { text, before, after } => format!(
                "write {text}{} if it is to be {} there, or {text}{} if {}",
                before.0, before.1, after.0, after.1
            ),
            Self::Twice { text, first, second } => {
                format!("write {text}{first} for the first one, or {text}{second} for the second one")
            }
        }
    }
}

/// A zone by its name in the IANA database, like `Europe/Brussels`.
///
/// # Errors
/// When there is no such zone.
pub fn zone(name: &str) -> Result<TimeZone, TimeFault> {
    TimeZone::get(name).map_err(|_| TimeFault::UnknownZone)
}

/// Milliseconds since 1970 of a time; `zone` is that of a time without an offset of its own.
///
/// # Errors
/// When it is no time, or does not name one instant.
pub fn utc_ms(text: &str, zone: Option<&TimeZone>) -> Result<i64, TimeFault> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        let offset = Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        let known = offset.is_none_or(|offset| offset.seconds().abs() <= OFFSET_SECONDS_MAX);
        return known.then(|| instant.as_millisecond()).ok_or(TimeFault::NoTime);
    }
    let local: DateTime = text.parse().map_err(|_| TimeFault::NoTime)?;
    // A date alone is read as midnight, and what stands behind the minutes may be half an offset: neither is a time.
    let digits = |byte: &u8| byte.is_ascii_digit() || b"-:.T".contains(byte);
    if !text.contains('T') || !text.as_bytes().iter().all(digits) {
        return Err(TimeFault::NoTime);
    }
    let zone = zone.ok_or(TimeFault::NoZone)?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => {
            offset.to_timestamp(local).map(Timestamp::as_millisecond).map_err(|_| TimeFault::NoTime)
        }
        AmbiguousOffset::Gap { before, after } => Err(TimeFault::Skipped {
            text: text.to_owned(),
            before: (shown(before), there(local, before, zone)),
            after: (shown(after), there(local, after, zone)),
        }),
        AmbiguousOffset::Fold { before, after } => {
            Err(TimeFault::Twice { text: text.to_owned(), first: shown(before), second: shown(after) })
        }
    }
}

/// An offset as it is written behind a time: `+02:00`.
fn shown(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// What the zone's clocks show when `local` is read with `offset`.
fn there(local: DateTime, offset: Offset, zone: &TimeZone) -> String {
    let instant = offset.to_timestamp(local).unwrap_or_default();
    zone.to_datetime(instant).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::{TimeFault, utc_ms, zone};
    use jiff::tz::TimeZoneDatabase;

    fn utc(text: &str) -> i64 {
        utc_ms(text, None).unwrap()
    }

    fn brussels(text: &str) -> Result<i64, TimeFault> {
        utc_ms(text, Some(&zone("Europe/Brussels").unwrap()))
    }

    #[test]
    fn local_times_follow_the_clocks_of_their_zone() {
        // Summer time ends on 2026-10-25 at 03:00, which becomes 02:00; it begins on 2027-03-28 at 02:00.
        for (local, there) in [
            ("2026-10-24T23:59", "2026-10-24T21:59Z"),
            ("2026-10-25T00:00", "2026-10-24T22:00Z"),
            ("2026-10-25T01:59", "2026-10-24T23:59Z"),
            ("2026-10-25T03:00", "2026-10-25T02:00Z"),
            ("2027-03-28T01:59", "2027-03-28T00:59Z"),
            ("2027-03-28T03:00", "2027-03-28T01:00Z"),
            ("2027-03-28T03:00:01.5", "2027-03-28T01:00:01.5Z"),
        ] {
            assert_eq!(brussels(local).unwrap(), utc(there), "{local}");
        }
    }

    #[test]
    fn a_time_that_comes_twice_is_refused_with_both_offsets() {
        let fault = brussels("2026-10-25T02:30").unwrap_err();
        let remedy = fault.remedy();
        assert!(remedy.contains("2026-10-25T02:30+02:00 for the first"), "{remedy}");
        assert!(remedy.contains("2026-10-25T02:30+01:00 for the second"), "{remedy}");
        assert_eq!(utc("2026-10-25T02:30+01:00") - utc("2026-10-25T02:30+02:00"), 3_600_000);
    }

    #[test]
    fn a_time_that_does_not_exist_is_refused_with_both_readings() {
        let fault = brussels("2027-03-28T02:30").unwrap_err();
        let remedy = fault.remedy();
        assert!(remedy.contains("2027-03-28T02:30+01:00 if it is to be 03:30 there"), "{remedy}");
        assert!(remedy.contains("2027-03-28T02:30+02:00 if 01:30"), "{remedy}");
    }

    #[test]
    fn an_offset_needs_no_zone_and_outranks_one() {
        assert_eq!(brussels("2026-11-23T18:00:00Z").unwrap(), utc("2026-11-23T18:00:00Z"));
        assert_eq!(brussels("2026-11-23T18:00:00-05:00").unwrap(), utc("2026-11-23T23:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_told_apart_from_what_lacks_a_zone() {
        assert_eq!(utc_ms("2026-11-23T18:00", None), Err(TimeFault::NoZone));
        for text in ["", "soon", "2026-11-23", "18:00", "2026-13-01T00:00", "2026-11-23T18:00 ", "2026-11-23T18:00+1"] {
            assert_eq!(brussels(text), Err(TimeFault::NoTime), "{text}");
        }
        // A slip of the pen, and not the next day.
        for text in ["2026-11-23T18:00:00+25:00", "2026-11-23T18:00:00-14:01"] {
            assert_eq!(brussels(text), Err(TimeFault::NoTime), "{text}");
        }
        assert!(brussels("2026-11-23T18:00:00+14:00").is_ok());
        assert_eq!(zone("Europe/Bruxelles").unwrap_err(), TimeFault::UnknownZone);
    }

    #[test]
    fn zones_are_built_in() {
        let built_in = TimeZoneDatabase::bundled().get("Europe/Brussels").unwrap();
        assert_eq!(utc_ms("2026-10-25T03:00", Some(&built_in)), Ok(utc("2026-10-25T02:00Z")));
    }
}
