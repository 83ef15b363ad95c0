//! When a rule is told: once when it has begun to hold, again after a long time, and once when it is over.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It does not hold.
    Quiet,
    /// It holds, but not yet for long enough.
    Pending { since: Timestamp },
    /// It was told. `calm` is since when it has not held, if it does not.
    Firing { since: Timestamp, told: Timestamp, calm: Option<Timestamp> },
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It began to hold.
    Fired,
    /// It still holds.
    Reminded,
    /// It is over.
    Resolved,
}

/// The times of a rule that decide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) hold: Duration,
    pub(super) renotify: Duration,
}

impl State {
    /// The state after a look at `now` that found the rule to hold or not, and what there is to tell.
    pub(super) fn step(self, holds: bool, now: Timestamp, patience: Patience) -> (Self, Option<Change>) {
        match (self, holds) {
            (Self::Quiet | Self::Pending { .. }, false) => (Self::Quiet, None),
            (Self::Quiet, true) => Self::Pending { since: now }.step(true, now, patience),
            (Self::Pending { since }, true) if passed(since, now, patience.hold) => {
                (Self::Firing { since, told: now, calm: None }, Some(Change::Fired))
            }
            (Self::Pending { since }, true) => (Self::Pending { since }, None),
            (Self::Firing { since, told, .. }, true) if passed(told, now, patience.renotify) => {
                (Self::Firing { since, told: now, calm: None }, Some(Change::Reminded))
            }
            (Self::Firing { since, told, .. }, true) => (Self::Firing { since, told, calm: None }, None),
            (Self::Firing { since, told, calm }, false) => {
                let calm = calm.unwrap_or(now);
                if passed(calm, now, patience.hold) {
                    (Self::Quiet, Some(Change::Resolved))
                } else {
                    (Self::Firing { since, told, calm: Some(calm) }, None)
                }
            }
        }
    }

    /// What the state is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Pending { .. } => "pending",
            Self::Firing { .. } => "firing",
        }
    }

    /// Since when the rule has held.
    pub(super) fn since(self) -> Option<Timestamp> {
        match self {
            Self::Quiet => None,
            Self::Pending { since } | Self::Firing { since, .. } => Some(since),
        }
    }
}

fn passed(since: Timestamp, now: Timestamp, span: Duration) -> bool {
    SignedDuration::try_from(span).is_ok_and(|span| now.duration_since(since) >= span)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told at which second, when the rule holds in the seconds that are marked.
    fn told(marks: &str, hold: u64, renotify: u64) -> Vec<(i64, Change)> {
        let patience = Patience { hold: Duration::from_secs(hold), renotify: Duration::from_secs(renotify) };
        let mut state = State::Quiet;
        let mut told = Vec::new();
        for (second, mark) in (0..).zip(marks.chars()) {
            let now = Timestamp::from_second(second).expect("within range");
            let (next, change) = state.step(mark == 'x', now, patience);
            state = next;
            told.extend(change.map(|change| (second, change)));
        }
        told
    }

    #[test]
    fn a_rule_is_told_once_when_it_holds_and_once_when_it_is_over() {
        assert_eq!(told("..xxxxx..", 0, 3600), [(2, Change::Fired), (7, Change::Resolved)]);
        assert_eq!(told("........", 0, 3600), []);
        assert_eq!(told("xxxxxxxx", 0, 3600), [(0, Change::Fired)]);
    }

    #[test]
    fn it_has_to_hold_for_its_time() {
        assert_eq!(told("xx.xx.xx", 3, 3600), []);
        assert_eq!(told("xxxx", 3, 3600), [(3, Change::Fired)]);
    }

    #[test]
    fn a_flicker_does_not_end_it_and_tells_nothing() {
        assert_eq!(told("xxxx..x..x....", 3, 3600), [(3, Change::Fired), (13, Change::Resolved)]);
    }

    #[test]
    fn it_is_told_again_only_after_its_interval() {
        let expected = [(0, Change::Fired), (5, Change::Reminded), (10, Change::Reminded), (12, Change::Resolved)];
        assert_eq!(told("xxxxxxxxxxxx.", 0, 5), expected);
    }
}
