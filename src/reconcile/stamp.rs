//! Times as logs write them: with their offset, in the log's own zone, or as Unix time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::reason::{Reason, excerpt};
use crate::scenario::Field;

/// Reads the times of one log.
#[derive(Clone, Debug)]
pub(super) struct Stamps {
    /// The zone of times without an offset.
    zone: TimeZone,
    /// How many had none.
    pub(super) without_offset: u64,
}

impl Stamps {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, without_offset: 0 }
    }

    /// Reads a time.
    ///
    /// # Errors
    /// When it is none, or the zone's clocks never showed it.
    pub(super) fn read(&mut self, field: Field, text: &str) -> Result<Timestamp, Reason> {
        let no_time = || Reason::Stamp { field: field.name(), text: excerpt(text) };
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return unix(text).ok_or_else(no_time);
        }
        if has_offset(text) {
            return text.parse().map_err(|_| no_time());
        }
        // Some databases export the word.
        if let Some(civil) = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")) {
            let civil: DateTime = civil.parse().map_err(|_| no_time())?;
            return TimeZone::UTC.to_timestamp(civil).map_err(|_| no_time());
        }
        let civil: DateTime = text.parse().map_err(|_| no_time())?;
        self.without_offset += 1;
        let out_of_zone = |_| Reason::Zone { field: field.name(), text: excerpt(text) };
        self.zone.to_timestamp(civil).map_err(out_of_zone)
    }
}

/// Whether a time says how far it is from UTC: by a letter, a sign behind the date, or a zone in brackets.
fn has_offset(text: &str) -> bool {
    let behind_date = text.as_bytes().get(10..).unwrap_or_default();
    behind_date.iter().any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-' | b'['))
}

/// Unix time, in the unit that its length says: whole seconds have ten digits from 2001 to 2286.
fn unix(digits: &str) -> Option<Timestamp> {
    let number = digits.parse().ok()?;
    match digits.len() {
        9 | 10 => Timestamp::from_second(number).ok(),
        12 | 13 => Timestamp::from_millisecond(number).ok(),
        15 | 16 => Timestamp::from_microsecond(number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone_name: &str, text: &str) -> Result<String, Reason> {
        let mut stamps = Stamps::new(TimeZone::get(zone_name).expect(zone_name));
        stamps.read(Field::At, text).map(|at| at.to_string())
    }

    #[test]
    fn times_come_out_in_utc() {
        for (text, expected) in [
            ("2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"),
            ("2026-11-01T12:00:00.25+02:00", "2026-11-01T10:00:00.25Z"),
            ("2026-11-01 12:00:00-0330", "2026-11-01T15:30:00Z"),
            ("2026-11-01T12:00:00+01:00[Europe/Madrid]", "2026-11-01T11:00:00Z"),
            ("2026-11-01 12:00:00 UTC", "2026-11-01T12:00:00Z"),
            ("2026-11-01 12:00:00", "2026-11-01T11:00:00Z"),
            ("2026-07-01T12:00", "2026-07-01T10:00:00Z"),
            ("2026-11-01", "2026-10-31T23:00:00Z"),
            ("1793534400", "2026-11-01T12:00:00Z"),
            ("1793534400123", "2026-11-01T12:00:00.123Z"),
            ("1793534400123456", "2026-11-01T12:00:00.123456Z"),
        ] {
            assert_eq!(read("Europe/Madrid", text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        for text in [
            "",
            "01/11/2026 12:00",
            "2026-13-01T00:00:00Z",
            "2026-11-01T25:00",
            "soon",
            "12",
            "99999999999999999999",
            "é",
        ] {
            assert!(matches!(read("UTC", text), Err(Reason::Stamp { .. })), "{text}");
        }
    }
}
