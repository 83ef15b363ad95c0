//! Spans of time as configuration writes them: `500ms`, `90s`, `5m`, `1h`, `30d`.

use std::time::Duration;

/// A text that is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no span of time; write a whole number and ms, s, m, h or d, such as 5m")]
pub struct SpanError(String);

/// Reads a span of at most a hundred years.
pub(super) fn parse(text: &str) -> Result<Duration, SpanError> {
    const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    const LONGEST: u64 = 36_525 * 86_400_000;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let milliseconds = UNITS.into_iter().find(|(name, _)| *name == unit).and_then(|(_, factor)| {
        let number: u64 = number.parse().ok()?;
        number.checked_mul(factor).filter(|span| *span <= LONGEST)
    });
    // What was written may be long; the beginning shows where it stands.
    milliseconds.map(Duration::from_millis).ok_or_else(|| SpanError(text.chars().take(40).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        let milliseconds = |text: &str| parse(text).map(|span| span.as_millis());
        assert_eq!(milliseconds("500ms"), Ok(500));
        assert_eq!(milliseconds("90s"), Ok(90_000));
        assert_eq!(milliseconds("5m"), Ok(300_000));
        assert_eq!(milliseconds("2h"), Ok(7_200_000));
        assert_eq!(milliseconds("30d"), Ok(2_592_000_000));
        assert_eq!(milliseconds("0s"), Ok(0));
        for text in ["", "5", "m", "5 m", "-5m", "5.5m", "5w", "5M", "99999999999999999999s", "36526d", "5mm"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("5w").expect_err("no unit").to_string().contains("\"5w\" is no span"));
    }
}
