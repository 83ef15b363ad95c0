//! How the figures of an SLA are written, so that a person understands them at once.

use std::time::Duration;

use crate::scenario::Promise;
use crate::stats::{Count, Levels, lower_bound, share, upper_bound};

/// Digits of a share that are shown.
const DIGITS: i32 = 3;

/// To which side a figure is rounded.
#[derive(Clone, Copy)]
pub(super) enum Rounding {
    /// To the nearest.
    Near,
    /// Up, as an upper bound has to be.
    Up,
    /// Down, as a lower bound has to be.
    Down,
}

/// A promise, as it is agreed on: `p95 ≤ 500 ms`.
pub(super) fn promise(promise: Promise) -> String {
    match promise {
        Promise::Quantile { q, within } => format!("p{} ≤ {}", plain(q * 100.0), span(within)),
        Promise::Availability(share) => format!("availability ≥ {}", percent(share, Rounding::Near)),
    }
}

/// What those are that break a promise.
pub(super) fn breach(promise: Promise) -> String {
    match promise {
        Promise::Quantile { within, .. } => format!("slower than {}", span(within)),
        Promise::Availability(_) => "not answered as they should be".to_owned(),
    }
}

/// A count in words: `31 of 6,000 slower than 500 ms`.
pub(super) fn counted(count: Count, promise: Promise) -> String {
    format!("{} of {} {}", number(count.bad), number(count.total), breach(promise))
}

/// The share of a count and its upper bound at that level: `0.517 %; at most 0.699 % with 95 % confidence`.
pub(super) fn at_most(count: Count, level: f64) -> String {
    let bound = percent(upper_bound(count, level), Rounding::Up);
    format!("{}; at most {bound} with {} confidence", share_of(count), confidence(level))
}

/// The share of a count and its lower bound at that level.
pub(super) fn at_least(count: Count, level: f64) -> String {
    let bound = percent(lower_bound(count, level), Rounding::Down);
    format!("{}; at least {bound} with {} confidence", share_of(count), confidence(level))
}

/// The share of a count and both its bounds, each at its own level.
pub(super) fn between(count: Count, levels: Levels) -> String {
    let low = percent(lower_bound(count, levels.broken), Rounding::Down);
    let high = percent(upper_bound(count, levels.kept), Rounding::Up);
    format!("{}; it may be from {low} to {high}", share_of(count))
}

/// The share of a count.
pub(super) fn share_of(count: Count) -> String {
    percent(share(count), Rounding::Near)
}

/// One minus a level.
pub(super) fn confidence(level: f64) -> String {
    percent(1.0 - level, Rounding::Down)
}

/// A share (0 to 1) with three significant digits, or as many as tell it from 100 %.
pub(super) fn percent(share: f64, rounding: Rounding) -> String {
    let percent = share * 100.0;
    // Close to 100 % it is the distance from it that counts.
    let size = if percent > 50.0 { (100.0 - percent).max(0.1) } else { percent };
    if percent <= 0.0 {
        return "0 %".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of a share of at least 1e-300")]
    let exponent = libm::floor(libm::log10(size)) as i32;
    let places = (DIGITS - 1 - exponent).clamp(0, 9);
    let scale = libm::exp10(f64::from(places));
    // What lies within the noise of floats of a round figure is that figure.
    let scaled = percent * scale;
    let rounded = match rounding {
        Rounding::Near => scaled.round(),
        Rounding::Up => (scaled - 1e-6).ceil(),
        Rounding::Down => (scaled + 1e-6).floor(),
    };
    format!("{} %", plain(rounded / scale))
}

/// A length of time: `500 ms`, `1.4 s`, `60 s`, `5 min`, `2 h`.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    let whole = span.subsec_nanos() == 0;
    if whole && span.as_secs() >= 3600 && span.as_secs().is_multiple_of(3600) {
        format!("{} h", span.as_secs() / 3600)
    } else if whole && span.as_secs() >= 120 && span.as_secs().is_multiple_of(60) {
        format!("{} min", span.as_secs() / 60)
    } else if seconds >= 1.0 {
        format!("{} s", plain((seconds * 1000.0).round() / 1000.0))
    } else {
        format!("{} ms", plain((seconds * 1e6).round() / 1000.0))
    }
}

/// A moment of the run: `0:35`, `1:02:05`.
pub(super) fn moment(second: usize) -> String {
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A number with its thousands set apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number without the noise of floats, and without zeros at its end.
fn plain(number: f64) -> String {
    let text = format!("{number:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_three_digits_that_count() {
        for (share, expected) in [
            (0.0, "0 %"),
            (0.005, "0.5 %"),
            (31.0 / 6000.0, "0.517 %"),
            (1.0 - 0.95, "5 %"),
            (0.995, "99.5 %"),
            (0.99987, "99.987 %"),
            (1.0 - 0.05 / 7.0, "99.286 %"),
            (1.0, "100 %"),
            (0.123_456, "12.3 %"),
            (0.000_001_234, "0.000123 %"),
        ] {
            assert_eq!(percent(share, Rounding::Near), expected, "{share}");
        }
    }

    #[test]
    fn bounds_are_rounded_away_from_what_they_claim() {
        assert_eq!(percent(0.005_003, Rounding::Up), "0.501 %");
        assert_eq!(percent(0.004_997, Rounding::Down), "0.499 %");
        assert_eq!(percent(0.005, Rounding::Up), "0.5 %");
        assert_eq!(percent(0.005, Rounding::Down), "0.5 %");
    }

    #[test]
    fn lengths_of_time_have_the_unit_that_fits() {
        for (span_of, expected) in [
            (Duration::from_millis(500), "500 ms"),
            (Duration::from_micros(850), "0.85 ms"),
            (Duration::from_millis(1400), "1.4 s"),
            (Duration::from_mins(1), "60 s"),
            (Duration::from_mins(5), "5 min"),
            (Duration::from_hours(2), "2 h"),
            (Duration::ZERO, "0 ms"),
        ] {
            assert_eq!(span(span_of), expected);
        }
    }

    #[test]
    fn moments_and_numbers_read_well() {
        assert_eq!([moment(0), moment(95), moment(3725)], ["0:00", "1:35", "1:02:05"]);
        assert_eq!([number(0), number(999), number(6000), number(1_234_567)], ["0", "999", "6,000", "1,234,567"]);
    }
}
