//! Times as people write them, converted at the edge.

use jiff::Timestamp;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_converted() {
        let utc = utc_ms("2026-11-23T18:30:00Z").unwrap();
        assert_eq!(utc_ms("2026-11-23T19:30:00+01:00"), Some(utc));
        assert_eq!(rfc3339(utc), "2026-11-23T18:30:00Z");
        assert_eq!(date(utc), "2026-11-23");
        assert_eq!(utc_ms("half past six"), None);
    }
}
