//! What an attempt leads to: delivered, again at a later time, or given up.

use std::time::Duration;

use jiff::Timestamp;

use super::super::reply::Verdict;
use super::super::retry::Retry;
use super::super::rules::{DeadLetters, Retries, Rules};
use super::super::store::outbox::Fate;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With an answer.
    Answered(Verdict),
    /// Without, and the request never left.
    Unsent,
    /// Without, and nobody knows whether the request arrived.
    Unanswered,
}

/// What has to be known about a postback to decide about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// Attempts that failed before this one.
    pub(super) failed: u32,
    /// Whether one of those may have been taken.
    pub(super) doubtful: bool,
    pub(super) now: Timestamp,
    /// Uniform over all of `u64`.
    pub(super) draw: u64,
}

/// Decides about a postback after an attempt.
pub(super) fn decide(ending: Ending, standing: Standing, retry: &Retry, rules: Rules) -> Fate {
    let (wish, doubtful) = match ending {
        Ending::Answered(Verdict::Delivered) => return Fate::Delivered,
        // An earlier attempt may have told the network just this; then all is said.
        Ending::Answered(Verdict::Conflict) if standing.doubtful => return Fate::Delivered,
        Ending::Answered(Verdict::Conflict) => return given_up("known there with other contents", rules),
        Ending::Answered(Verdict::Refused) => return given_up("refused", rules),
        Ending::Answered(Verdict::Again(wish)) => (wish, true),
        Ending::Unsent => (None, false),
        Ending::Unanswered => (None, true),
    };
    if rules.retries == Retries::Never {
        return given_up("failed once", rules);
    }
    match retry.pause(standing.failed.saturating_add(1), standing.draw, wish) {
        Some(pause) => Fate::Again { due: after(standing.now, pause), doubtful },
        None => given_up("failed as often as it may be tried", rules),
    }
}

fn given_up(reason: &'static str, rules: Rules) -> Fate {
    match rules.dead_letters {
        DeadLetters::Kept => Fate::Dead(reason),
        DeadLetters::Dropped => Fate::Gone,
    }
}

fn after(now: Timestamp, pause: Duration) -> i64 {
    now.as_millisecond().saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: Standing = Standing { failed: 0, doubtful: false, now: Timestamp::UNIX_EPOCH, draw: 1 << 63 };

    fn fate(ending: Ending, standing: Standing, rules: Rules) -> Fate {
        decide(ending, standing, &Retry::default(), rules)
    }

    #[test]
    fn answers_decide() {
        let sound = |verdict, standing| fate(Ending::Answered(verdict), standing, Rules::default());
        assert_eq!(sound(Verdict::Delivered, FRESH), Fate::Delivered);
        assert_eq!(sound(Verdict::Refused, FRESH), Fate::Dead("refused"));
        assert_eq!(sound(Verdict::Again(None), FRESH), Fate::Again { due: 100, doubtful: true });
        let wish = Some(Duration::from_secs(7));
        assert_eq!(sound(Verdict::Again(wish), FRESH), Fate::Again { due: 7000, doubtful: true });
        assert!(matches!(sound(Verdict::Conflict, FRESH), Fate::Dead(_)));
        assert_eq!(sound(Verdict::Conflict, Standing { doubtful: true, ..FRESH }), Fate::Delivered);
    }

    #[test]
    fn silence_is_tried_again_within_bounds() {
        let sound = |ending, standing| fate(ending, standing, Rules::default());
        assert_eq!(sound(Ending::Unsent, FRESH), Fate::Again { due: 100, doubtful: false });
        assert_eq!(sound(Ending::Unanswered, FRESH), Fate::Again { due: 100, doubtful: true });
        let sixth = Standing { failed: 6, ..FRESH };
        assert!(matches!(sound(Ending::Unanswered, sixth), Fate::Again { .. }));
        assert!(matches!(sound(Ending::Unanswered, Standing { failed: 7, ..FRESH }), Fate::Dead(_)));
    }

    #[test]
    fn careless_operators_give_up_at_once_or_for_good() {
        let never = Rules { retries: Retries::Never, ..Rules::default() };
        assert_eq!(fate(Ending::Unanswered, FRESH, never), Fate::Dead("failed once"));
        let gone = Rules { dead_letters: DeadLetters::Dropped, ..Rules::default() };
        assert_eq!(fate(Ending::Answered(Verdict::Refused), FRESH, gone), Fate::Gone);
        assert!(matches!(fate(Ending::Unanswered, FRESH, gone), Fate::Again { .. }));
    }
}
