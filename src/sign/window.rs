//! Time windows: how far the instant that was signed may lie from the checker's clock.
//! Which window a scheme has stands in its own file.

use std::fmt;

use jiff::Timestamp;

use super::Refusal;

/// A window in whole seconds, as the published verifiers count them; both ends still lie within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How old a signature may be.
    pub past: i64,
    /// How far ahead of the checker's clock it may be; `None`: as far as it likes.
    pub future: Option<i64>,
}

impl Window {
    /// Whether a signature of the second `signed` (counted from 1970) may be taken now.
    pub(super) fn check(&self, signed: i64, now: Timestamp) -> Result<(), Refusal> {
        let age = now.as_second().saturating_sub(signed);
        if age > self.past {
            return Err(Refusal::TooOld { age, limit: self.past });
        }
        match self.future {
            Some(limit) if age < -limit => Err(Refusal::TooNew { ahead: age.saturating_neg(), limit }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.future {
            None => write!(f, "at most {} s old", self.past),
            Some(future) => write!(f, "at most {} s old and {future} s ahead", self.past),
        }
    }
}

/// The second that a text names: digits only, without leading zeros, so that one instant has one spelling.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_lie_within() {
        let now = Timestamp::from_second(10_000).unwrap();
        let both = Window { past: 300, future: Some(300) };
        let past = Window { past: 300, future: None };
        for (signed, symmetric, one_sided) in [
            (9_700, Ok(()), Ok(())),
            (9_699, Err(Refusal::TooOld { age: 301, limit: 300 }), Err(Refusal::TooOld { age: 301, limit: 300 })),
            (10_300, Ok(()), Ok(())),
            (10_301, Err(Refusal::TooNew { ahead: 301, limit: 300 }), Ok(())),
            (i64::MAX, Err(Refusal::TooNew { ahead: i64::MAX - 10_000, limit: 300 }), Ok(())),
        ] {
            assert_eq!(both.check(signed, now), symmetric, "{signed}");
            assert_eq!(past.check(signed, now), one_sided, "{signed}");
        }
        assert_eq!(
            (both.to_string(), past.to_string()),
            ("at most 300 s old and 300 s ahead".into(), "at most 300 s old".into())
        );
    }

    #[test]
    fn an_instant_has_one_spelling() {
        assert_eq!(seconds("1614265330"), Some(1_614_265_330));
        assert_eq!(seconds("0"), Some(0));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "١", "99999999999999999999"] {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
    }
}
