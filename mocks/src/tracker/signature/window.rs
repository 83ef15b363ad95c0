//! The time that a signed request names, and how far it may be from the tracker's own.

use axum::http::StatusCode;
use jiff::Timestamp;

use crate::answer::Refusal;

/// The five minutes that every scheme with a window has (Stripe, Standard Webhooks and Slack alike).
pub(super) const FIVE_MINUTES: i64 = 300;

/// How many seconds a signature may be old, and how many its time may lie ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) past: i64,
    /// Absent where the scheme does not look into the future.
    pub(super) future: Option<i64>,
}

impl Window {
    /// The same window with other seconds on each side that it looks at.
    pub(super) fn of_seconds(self, seconds: i64) -> Self {
        Self { past: seconds, future: self.future.map(|_| seconds) }
    }

    /// Refuses a moment outside of the window around `now`; whole seconds are compared, as the schemes count them.
    pub(super) fn check(self, seconds: i64, now: Timestamp) -> Result<(), Refusal> {
        let age = now.as_second().saturating_sub(seconds);
        if age > self.past {
            let hint = "sign each attempt afresh, with the time at which it leaves";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "signature_expired", hint));
        }
        if self.future.is_some_and(|future| age < -future) {
            let hint = "check the clock: the signature's time lies ahead";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "signature_premature", hint));
        }
        Ok(())
    }
}

/// A Unix time in whole seconds. Twelve digits reach beyond the year 30000.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let plain = matches!(text.len(), 1..=12) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_exact_bounds() {
        let now = Timestamp::from_second(1_000_000).expect("within range");
        let both = Window { past: 300, future: Some(300) };
        let taken = |window: Window, seconds: i64| window.check(seconds, now).is_ok();
        let around = [999_699, 999_700, 1_000_300, 1_000_301];
        assert_eq!(around.map(|at| taken(both, at)), [false, true, true, false]);
        let past = Window { past: 300, future: None };
        assert_eq!(around.map(|at| taken(past, at)), [false, true, true, true]);
        assert_eq!(both.of_seconds(10), Window { past: 10, future: Some(10) });
        assert_eq!(past.of_seconds(10), Window { past: 10, future: None });
        assert!(taken(past, i64::MAX) && !taken(both, i64::MAX) && !taken(both, i64::MIN));
    }

    #[test]
    fn times_are_digits() {
        assert_eq!(seconds("1531420618"), Some(1_531_420_618));
        for text in ["", "-1", "+1", " 1", "1.5", "1e3", "1234567890123", "١"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
