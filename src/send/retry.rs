//! The retry policy: whether and when a postback is tried again. A pure decision; its randomness is passed in.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{FailReason, InfoReason, Outcome};
use crate::scenario::{Backoff, SendPlan};

/// Longest time that a target can make its sender wait by `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(1);

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it was accepted.
    Done,
    /// Try again after this time.
    Again(Duration),
    /// Stop trying: it was refused for good, or there were attempts enough.
    GiveUp,
}

/// Decides after attempt number `made` (from 1). `jitter` is even within 0 to 1.
pub fn next(plan: &SendPlan, made: u32, outcome: Outcome, asked: Option<Duration>, jitter: f64) -> Next {
    match outcome {
        Outcome::Ok { .. } => Next::Done,
        // A permanent refusal stays one, and a redirect that is not followed leads nowhere however often it is met.
        Outcome::Fail(FailReason::Refused(_)) | Outcome::Info(InfoReason::Redirect(_) | InfoReason::Status(409)) => {
            Next::GiveUp
        }
        _ if made >= plan.attempts => Next::GiveUp,
        _ => {
            let wait = backoff(&plan.backoff, made, jitter);
            Next::Again(asked.map_or(wait, |asked| wait.max(asked.min(MAX_RETRY_AFTER))))
        }
    }
}

/// The wait after attempt number `made`: full jitter, or the schedule's.
fn backoff(backoff: &Backoff, made: u32, jitter: f64) -> Duration {
    match backoff {
        Backoff::Exponential { base, cap } => {
            let ceiling = base.saturating_mul(2_u32.saturating_pow(made.saturating_sub(1))).min(*cap);
            ceiling.mul_f64(jitter.clamp(0.0, 1.0))
        }
        Backoff::Schedule(waits) => waits.get(made as usize - 1).copied().unwrap_or_default(),
    }
}

/// Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110 §10.2.3).
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Duration::try_from(date.timestamp().duration_since(now)).ok().or(Some(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: Outcome = Outcome::Info(InfoReason::Status(503));

    fn plan() -> SendPlan {
        let backoff = Backoff::Exponential { base: Duration::from_millis(100), cap: Duration::from_secs(1) };
        SendPlan { in_flight: 1, attempts: 5, backoff }
    }

    #[test]
    fn waits_double_up_to_the_cap_and_attempts_end() {
        let waits: Vec<Next> = (1..=5).map(|made| next(&plan(), made, BUSY, None, 1.0)).collect();
        let again = |ms| Next::Again(Duration::from_millis(ms));
        assert_eq!(waits, [again(100), again(200), again(400), again(800), Next::GiveUp]);
        assert_eq!(next(&plan(), 3, BUSY, None, 0.25), again(100));
    }

    #[test]
    fn permanent_answers_are_not_tried_again() {
        for outcome in [
            Outcome::Fail(FailReason::Refused(403)),
            Outcome::Info(InfoReason::Redirect(302)),
            Outcome::Info(InfoReason::Status(409)),
        ] {
            assert_eq!(next(&plan(), 1, outcome, None, 0.5), Next::GiveUp, "{outcome}");
        }
        assert_eq!(next(&plan(), 1, Outcome::Ok { repeat: None }, None, 0.5), Next::Done);
        assert!(matches!(next(&plan(), 1, Outcome::Fail(FailReason::NotConnected), None, 0.5), Next::Again(_)));
    }

    #[test]
    fn retry_after_is_honoured_within_its_bound() {
        assert_eq!(next(&plan(), 1, BUSY, Some(Duration::from_secs(7)), 1.0), Next::Again(Duration::from_secs(7)));
        assert_eq!(next(&plan(), 1, BUSY, Some(Duration::from_secs(9999)), 1.0), Next::Again(MAX_RETRY_AFTER));
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a time");
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("3", now), Some(Duration::from_secs(3)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn a_schedule_is_kept() {
        let waits = [5, 300].map(Duration::from_secs).to_vec();
        let plan = SendPlan { in_flight: 1, attempts: 3, backoff: Backoff::Schedule(waits) };
        assert_eq!(next(&plan, 2, BUSY, None, 0.1), Next::Again(Duration::from_mins(5)));
        assert_eq!(next(&plan, 3, BUSY, None, 0.1), Next::GiveUp);
    }
}
