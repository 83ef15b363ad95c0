//! What is too old: for each kind of thing, the instant before which none is kept.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// What is kept for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Lines of the log.
    Logs,
    /// The parameters of clicks, which may tell about a person.
    ClickParameters,
    /// The bodies of postbacks.
    Payloads,
    /// Postbacks that could not be worked off.
    DeadLetters,
}

/// Every kind.
pub(crate) const KINDS: [Kind; 4] = [Kind::Logs, Kind::ClickParameters, Kind::Payloads, Kind::DeadLetters];

/// How long things are kept, and how often that is looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Whole days for each kind.
    pub(crate) days: Vec<(Kind, u32)>,
    /// The time between two runs.
    pub(crate) every: Duration,
}

impl Kind {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::ClickParameters => "click_parameters",
            Self::Payloads => "payloads",
            Self::DeadLetters => "dead_letters",
        }
    }

    /// Its place among [`KINDS`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl Limits {
    /// For each kind the instant before which it is too old at `now`. An instant before all time keeps everything.
    pub(crate) fn cutoffs(&self, now: Timestamp) -> Vec<(Kind, Timestamp)> {
        let before =
            |days: u32| now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        self.days.iter().map(|(kind, days)| (*kind, before(*days))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutoffs_are_whole_days_ago() {
        let now = "2026-11-21T12:00:00Z".parse().expect("an instant");
        let limits = Limits { days: vec![(Kind::Logs, 30), (Kind::Payloads, 3650)], every: Duration::from_mins(1) };
        let cutoffs: Vec<_> =
            limits.cutoffs(now).into_iter().map(|(kind, at)| format!("{} {at}", kind.name())).collect();
        assert_eq!(cutoffs, ["logs 2026-10-22T12:00:00Z", "payloads 2016-11-23T12:00:00Z"]);
        assert_eq!(limits.cutoffs(Timestamp::MIN)[0].1, Timestamp::MIN);
    }

    #[test]
    fn kinds_stand_at_their_place() {
        assert!(KINDS.iter().enumerate().all(|(place, kind)| kind.index() == place));
    }
}
