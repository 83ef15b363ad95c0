//! Figures as sentences of evidence have them.

use jiff::{SignedDuration, Timestamp};

use super::concentration::ratio;
use crate::stats::Count;

/// Characters of somebody else's text that are read out.
const LONGEST: usize = 48;

/// `312 of 1040 (30.0 %)`.
pub(super) fn share(count: Count) -> String {
    format!("{} of {} ({:.1} %)", count.bad, count.total, ratio(count) * 100.0)
}

/// `1 conversion`, `2 conversions`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `45 s`, `12 min`, `6.5 h`, `3 d`.
pub(super) fn span(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..259_200 => tenths(seconds, 3600, "h"),
        _ => tenths(seconds, 86_400, "d"),
    }
}

/// `2026-11-22 14:05 UTC`.
pub(super) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Somebody else's text, without what steers terminals, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() { format!("`{shown}…`") } else { format!("`{shown}`") }
}

/// The middle one of values, or the upper of the two in the middle; `None` without any.
pub(super) fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable(middle).1)
}

fn tenths(seconds: u64, unit: u64, name: &str) -> String {
    let tenths = seconds * 10 / unit;
    if tenths.is_multiple_of(10) {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(share(Count { bad: 312, total: 1040 }), "312 of 1040 (30.0 %)");
        assert_eq!((counted(1, "pixel"), counted(0, "pixel")), ("1 pixel".to_owned(), "0 pixels".to_owned()));
        let spans = [45, 720, 3600, 23_400, 21_600, -259_200].map(|seconds| span(SignedDuration::from_secs(seconds)));
        assert_eq!(spans, ["45 s", "12 min", "60 min", "6.5 h", "6 h", "3 d"]);
        assert_eq!(instant("2026-11-22T14:05:33Z".parse().expect("an instant")), "2026-11-22 14:05 UTC");
    }

    #[test]
    fn somebody_elses_text_is_tamed() {
        assert_eq!(quoted("a\u{1b}[31m"), "`a·[31m`");
        assert_eq!(quoted(&"x".repeat(60)), format!("`{}…`", "x".repeat(48)));
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!((median(vec![3, 1, 2]), median(vec![4, 1]), median::<u8>(vec![])), (Some(2), Some(4), None));
    }
}
