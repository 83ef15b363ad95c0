//! Instants as postbacks write them: RFC 3339 in UTC, with a `Z`.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::rules::{Check, Reading};

/// How far an event may lie in the future before its sender's clock is not believed.
const LEAD: SignedDuration = SignedDuration::from_mins(5);

/// Why an instant is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MomentError {
    /// It is not an instant in the one form that is taken.
    Form,
    /// It has not come yet.
    Future,
}

/// Checks the instant of an event against the tracker's own, and gives it as it is kept.
pub(super) fn check(text: &str, now: Timestamp, reading: Reading) -> Result<Cow<'_, str>, MomentError> {
    let kept = match reading.zone {
        Check::Enforced => Cow::Borrowed(text),
        Check::Skipped => Cow::Owned(format!("{}Z", without_zone(text))),
    };
    if !has_form(&kept) {
        return Err(MomentError::Form);
    }
    let moment: Timestamp = kept.parse().map_err(|_| MomentError::Form)?;
    let is_early = moment.duration_since(now) > LEAD;
    if is_early && reading.future == Check::Enforced { Err(MomentError::Future) } else { Ok(kept) }
}

/// The wall clock of an instant, whatever zone stands behind it.
fn without_zone(text: &str) -> &str {
    let time = text.find('T').unwrap_or(text.len());
    let zone = text[time..].find(['Z', 'z', '+', '-']).map_or(text.len(), |zone| time + zone);
    &text[..zone]
}

/// `2025-10-21T15:12:31Z`, with up to nine decimals of a second. The library below would take a good deal more:
/// spaces, missing seconds, zones in brackets, a 61st second.
fn has_form(text: &str) -> bool {
    const PATTERN: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let Some((instant, fraction)) = text.strip_suffix('Z').and_then(|text| text.split_at_checked(PATTERN.len())) else {
        return false;
    };
    let shaped = instant.bytes().zip(PATTERN).all(|(byte, &wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        literal => byte == literal,
    });
    let fine = fraction.is_empty()
        || fraction
            .strip_prefix('.')
            .is_some_and(|digits| matches!(digits.len(), 1..=9) && digits.bytes().all(|b| b.is_ascii_digit()));
    shaped && fine && !instant.ends_with("60")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_utc_instants_are_taken() {
        let now = "2025-10-21T15:00:00Z".parse().expect("an instant");
        let taken = |text: &str| check(text, now, Reading::default()).map(drop);
        for good in ["2025-10-21T14:54:12Z", "2024-02-29T00:00:00.123456789Z", "2025-10-21T15:05:00Z"] {
            assert_eq!(taken(good), Ok(()), "{good}");
        }
        let bad = [
            "",
            "Z",
            "2025-10-21",
            "2025-10-21T14:54:12",
            "2025-10-21T14:54:12+00:00",
            "2025-10-21T14:54:12-03:00",
            "2025-10-21 14:54:12Z",
            "2025-10-21t14:54:12Z",
            "2025-10-21T14:54:12z",
            "2025-10-21T14:54Z",
            "2025-02-29T00:00:00Z",
            "2025-13-01T00:00:00Z",
            "2025-10-21T24:00:00Z",
            "2025-10-21T14:54:60Z",
            "2025-10-21T14:54:12.Z",
            "2025-10-21T14:54:12.1234567890Z",
            "1761058452",
            "2025-10-21T14:54:12Z ",
            "2025-10-21T14:54:é2Z",
        ];
        for text in bad {
            assert_eq!(taken(text), Err(MomentError::Form), "{text}");
        }
        assert_eq!(taken("2025-10-21T15:05:01Z"), Err(MomentError::Future));
        assert_eq!(taken("2125-10-21T15:05:01Z"), Err(MomentError::Future));
    }

    #[test]
    fn zones_can_be_read_over() {
        let now = "2025-10-21T15:00:00Z".parse().expect("an instant");
        let zoneless = Reading { zone: Check::Skipped, ..Reading::default() };
        for text in ["2025-10-21T14:54:12.5+05:00", "2025-10-21T14:54:12.5", "2025-10-21T14:54:12.5Z"] {
            assert_eq!(check(text, now, zoneless).as_deref(), Ok("2025-10-21T14:54:12.5Z"));
        }
        assert_eq!(check("2025-10-21", now, zoneless), Err(MomentError::Form));
        let hasty = Reading { future: Check::Skipped, ..Reading::default() };
        assert!(check("2125-10-21T15:05:01Z", now, hasty).is_ok());
    }
}
