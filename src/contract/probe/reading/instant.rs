//! Times in the text in which they stand. The contract has one spelling, RFC 3339 with `Z`; some sound readers take more.

use jiff::{SignedDuration, Timestamp};

use super::{Basis, Class, Reading};

/// Times further ahead are refused by any target that looks at them.
const FAR: SignedDuration = SignedDuration::from_hours(24);

/// Reads `ts_event`.
pub(super) fn read(basis: &Basis<'_>, text: &str, reading: &mut Reading) {
    match written(text) {
        Written::Strictly => {}
        Written::Loosely => return early(basis, reading, "a time in a spelling that some readers take"),
        Written::Wrongly => return reading.mark(Class::Bad, "no time in UTC"),
    }
    let Ok(at) = text.parse::<Timestamp>() else { return reading.mark(Class::Bad, "no time of the calendar") };
    if at > basis.now.saturating_add(FAR).unwrap_or(Timestamp::MAX) {
        return reading.mark(Class::Bad, "a time in the far future");
    }
    if at > basis.now {
        reading.sent.says_time = false;
        reading.mark(Class::Untold, "a time in the near future");
    } else if at.as_second() < basis.sent.at {
        early(basis, reading, "a time before the player's own");
    }
    reading.sent.at = at.as_second();
    if text.contains('.') {
        // The contract shows whole seconds, and the books may round.
        reading.sent.says_time = false;
        reading.mark(Class::Open, "a time finer than a second");
    }
}

/// A time that may lie before the account's first deposit: a target that orders deposits by their times would have to call
/// this one the first, and the other one no longer so.
fn early(basis: &Basis<'_>, reading: &mut Reading, why: &'static str) {
    reading.sent.says_time = false;
    reading.mark(if basis.deposited.is_some() { Class::Unusable } else { Class::Untold }, why);
}

enum Written {
    Strictly,
    Loosely,
    Wrongly,
}

fn written(text: &str) -> Written {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let fraction = shape.strip_prefix("0000-00-00T00:00:00").and_then(|rest| rest.strip_suffix('Z'));
    let Some(fraction) = fraction else { return loosely(text) };
    let digits = fraction.strip_prefix('.');
    match digits {
        None if fraction.is_empty() => strict(text),
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte == b'0') => strict(text),
        _ => loosely(text),
    }
}

/// The one right spelling: what lies outside the calendar is wrong, but for what some readers carry over.
fn strict(text: &str) -> Written {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok());
    let (day, hour, second) = (number(8..10), number(11..13), number(17..19));
    let carried = day.is_some_and(|day| (29..=31).contains(&day)) || hour == Some(24) || second == Some(60);
    match text.parse::<Timestamp>() {
        Ok(_) if second != Some(60) => Written::Strictly,
        _ if carried => Written::Loosely,
        _ => Written::Wrongly,
    }
}

/// Whether some reader takes it for a time in UTC: other separators, small letters, no seconds, `+00:00`, blanks about it.
/// Readers of dates as people write them go very far, so that digits and a mark for UTC are enough.
fn loosely(text: &str) -> Written {
    let plain = text.trim().to_ascii_uppercase();
    let utc = ["Z", "+00:00", "-00:00", "+0000", "-0000", "+00", "-00", "UTC", "GMT", ")"];
    let marked = utc.iter().any(|mark| plain.ends_with(mark));
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if marked && digits >= 6 { Written::Loosely } else { Written::Wrongly }
}
