//! A credit beside the postback that it is for: every value that both tell of, compared exactly.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Mismatch;
use crate::model::{Amount, BookedAmount, Credit, EventKind, Money, OwedBrand, Sent, printable};

/// The amount that the books owe: a reversal's is negative.
pub fn owed_amount(sent: &Sent) -> Option<Amount> {
    owed_amount_of(sent.kind(), sent.money)
}

/// The amount that the books owe for an event of a kind.
pub(super) fn owed_amount_of(kind: EventKind, money: Option<Money>) -> Option<Amount> {
    let amount = money?.amount();
    Some(if kind.is_reversal() { amount.negated() } else { amount })
}

/// Every value of a credit that is other than it should be. `ftd` is the flag that is owed, where flags are told at all.
pub(super) fn mismatches(sent: &Sent, credit: &Credit, ftd: Option<bool>) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut compare = |field, owed: String, booked: String, same: bool| {
        if !same {
            found.push(Mismatch { field, owed, booked });
        }
    };
    let owed = owed_amount(sent);
    compare("amount", shown(owed), booked_amount(credit), same_amount(owed, credit.amount.as_ref()));
    let currency = sent.money.map(|money| money.currency().code().to_owned());
    compare("currency", shown(currency.as_ref()), shown(credit.currency.as_ref()), currency == credit.currency);
    let click = credit.click_id.as_deref();
    compare("click_id", sent.click_id.clone(), shown(click), click == Some(sent.click_id.as_str()));
    if let Some(brand) = &credit.brand {
        compare("brand_id", sent.brand.clone(), shown(brand.as_ref()), same_brand(sent, brand.as_deref()));
    }
    if let (Some(told), true) = (&credit.ts_event, sent.says_time) {
        // A time in a form that nobody here can read says neither yes nor no; a missing one is wrong.
        let same = told.as_deref().is_some_and(|told| instant(told).is_none_or(|told| told == sent.at));
        compare(
            "ts_event",
            Timestamp::from_second(sent.at).map_or_else(|_| sent.at.to_string(), |at| at.to_string()),
            shown(told.as_ref()),
            same,
        );
    }
    // Only a known word of another meaning is wrong: a target may have words of its own.
    if let Some(kind) = credit.event.as_deref().and_then(EventKind::from_name) {
        compare("event", sent.kind().name().to_owned(), kind.name().to_owned(), kind == sent.kind());
    }
    if let Some(owed) = ftd {
        let told = credit.is_ftd.unwrap_or(false);
        compare("is_ftd", owed.to_string(), told.to_string(), told == owed);
    }
    found
}

fn same_brand(sent: &Sent, booked: Option<&str>) -> bool {
    booked == Some(sent.brand.as_str())
        || match &sent.owed_brand {
            OwedBrand::Named => false,
            OwedBrand::NamedOr(own) => booked.is_none_or(|booked| booked == own),
            OwedBrand::Any => true,
        }
}

/// Whether a credit carries exactly this amount.
pub(super) fn same_amount(owed: Option<Amount>, booked: Option<&BookedAmount>) -> bool {
    match (owed, booked) {
        (None, None) => true,
        (Some(owed), Some(BookedAmount::Exact(booked))) => owed == *booked,
        (_, Some(BookedAmount::Other(_)) | None) | (None, Some(_)) => false,
    }
}

/// Whole seconds since 1970 of a time however it is written: with an offset, without one (then UTC), or as a number.
pub(super) fn instant(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        // Numbers beyond the year 5138 as seconds are milliseconds.
        return Some(if number.abs() > 100_000_000_000 { number.div_euclid(1000) } else { number });
    }
    if let Ok(number) = text.parse::<Decimal>() {
        return number.trunc().to_i64();
    }
    let zoned = text.parse::<Timestamp>().ok();
    let mail = || jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp());
    let civil = || text.parse::<DateTime>().ok().and_then(|time| Offset::UTC.to_timestamp(time).ok());
    zoned.or_else(civil).or_else(mail).map(Timestamp::as_second)
}

/// Whole seconds since 1970 of a time in the form of `2025-10-21T15:12:31Z`, which is that of nearly all; `None` says
/// nothing of other forms. It takes a tenth of the time that [`instant`] takes.
pub(super) fn utc_seconds(text: &str) -> Option<i64> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let form = b"dddd-dd-ddTdd:dd:ddZ";
    if bytes.iter().zip(form).any(|(byte, form)| if *form == b'd' { !byte.is_ascii_digit() } else { byte != form }) {
        return None;
    }
    let number =
        |range: std::ops::Range<usize>| bytes[range].iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let (hour, minute, second) = (number(11..13), number(14..16), number(17..19));
    let leap = i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let in_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + leap,
        _ => return None,
    };
    if !(1..=in_month).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras of 400 of them are alike.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

fn booked_amount(credit: &Credit) -> String {
    match &credit.amount {
        None => shown::<&str>(None),
        Some(BookedAmount::Exact(amount)) => amount.to_string(),
        Some(BookedAmount::Other(text)) => printable(text),
    }
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| printable(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_however_they_are_written() {
        for text in [
            "2025-10-21T15:12:31Z",
            "2025-10-21T15:12:31.000Z",
            "2025-10-21T17:12:31+02:00",
            "2025-10-21 15:12:31",
            "1761059551",
            "1761059551000",
            "1761059551.0",
            "Tue, 21 Oct 2025 15:12:31 GMT",
        ] {
            assert_eq!(instant(text), Some(1_761_059_551), "{text}");
        }
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn the_quick_reading_of_a_time_is_that_of_the_library() {
        for step in -20_000_i64..40_000 {
            let at = Timestamp::from_second(step * 1_234_567 + step).unwrap();
            assert_eq!(utc_seconds(&at.to_string()), Some(at.as_second()), "{at}");
        }
        for text in ["2025-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-04-31T00:00:00Z"] {
            assert_eq!(utc_seconds(text), None, "{text}");
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        for text in
            ["2025-10-21T15:12:60Z", "2025-10-21T24:12:31Z", "2025-10-21 15:12:31Z", "2025-10-21T15:12:31+", "x"]
        {
            assert_eq!(utc_seconds(text), None, "{text}");
        }
    }
}
