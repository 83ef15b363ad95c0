//! The one form that times have on the wire: `2025-10-21T15:12:31Z`, whole seconds, UTC.

use jiff::Timestamp;
use jiff::tz::Offset;

/// Appends a time given as whole seconds since 1970. Times outside jiff's years are held to its ends.
pub fn write_utc(seconds: i64, out: &mut Vec<u8>) {
    let instant = Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX });
    let time = Offset::UTC.to_datetime(instant);
    let year = time.year().unsigned_abs();
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut two = |at: usize, value: i8| {
        let value = value.unsigned_abs();
        text[at] = b'0' + value / 10;
        text[at + 1] = b'0' + value % 10;
    };
    #[expect(clippy::cast_possible_truncation, reason = "a year's halves are below 100")]
    let (century, rest) = ((year / 100) as i8, (year % 100) as i8);
    two(0, century);
    two(2, rest);
    two(5, time.month());
    two(8, time.day());
    two(11, time.hour());
    two(14, time.minute());
    two(17, time.second());
    out.extend_from_slice(&text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(seconds: i64) -> String {
        let mut out = Vec::new();
        write_utc(seconds, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn the_seed_s_own_time() {
        assert_eq!(utc(1_761_059_551), "2025-10-21T15:12:31Z");
    }

    proptest! {
        #[test]
        fn jiff_writes_the_same(seconds in 0..253_000_000_000_i64) {
            prop_assert_eq!(utc(seconds), Timestamp::from_second(seconds).expect("in range").to_string());
        }
    }
}
