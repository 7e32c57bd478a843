//! Times as people write them, converted at the edge.

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// Where the hub stands.
pub const ZONE: &str = "Europe/Brussels";
/// When its clocks are moved next: an hour back, and an hour forward; ms since 1970.
pub const CLOCKS_MOVED_MS: [i64; 2] = [1_792_890_000_000, 1_806_195_600_000];

/// Milliseconds since 1970 of an RFC 3339 time with zone or offset; `None` if it is none.
#[must_use]
pub fn utc_ms(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// RFC 3339 in UTC, to the second.
#[must_use]
pub fn rfc3339(utc_ms: i64) -> String {
    Timestamp::from_second(utc_ms.div_euclid(1000)).map_or_else(|_| String::new(), |time| time.to_string())
}

/// The date in UTC, `2026-11-23`.
#[must_use]
pub fn date(utc_ms: i64) -> String {
    rfc3339(utc_ms).chars().take(10).collect()
}

/// The same instant as the hub's clocks show it, to the second; with its offset only where they show that twice.
#[must_use]
pub fn local(utc_ms: i64) -> String {
    let (Ok(instant), Ok(zone)) = (Timestamp::from_second(utc_ms.div_euclid(1000)), TimeZone::get(ZONE)) else {
        return rfc3339(utc_ms);
    };
    let shown = zone.to_datetime(instant);
    let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(shown).offset() else {
        return shown.to_string();
    };
    let offset = if before.to_timestamp(shown).is_ok_and(|first| first == instant) { before } else { after };
    format!("{shown}+{:02}:00", offset.seconds() / 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hubs_clocks_are_moved_twice_a_year() {
        let [back, forward] = CLOCKS_MOVED_MS;
        let minute = 60_000;
        assert_eq!(local(back - 61 * minute), "2026-10-25T01:59:00");
        assert_eq!(local(back - minute), "2026-10-25T02:59:00+02:00");
        assert_eq!(local(back), "2026-10-25T02:00:00+01:00");
        assert_eq!(local(back + 60 * minute), "2026-10-25T03:00:00");
        assert_eq!(
            (local(forward - minute), local(forward)),
            ("2027-03-28T01:59:00".into(), "2027-03-28T03:00:00".into())
        );
    }

    #[test]
    fn zones_are_converted() {
        let utc = utc_ms("2026-11-23T18:30:00Z").unwrap();
        assert_eq!(utc_ms("2026-11-23T19:30:00+01:00"), Some(utc));
        assert_eq!(rfc3339(utc), "2026-11-23T18:30:00Z");
        assert_eq!(date(utc), "2026-11-23");
        assert_eq!(utc_ms("half past six"), None);
    }
}
