//! What a webhook is told.

use jiff::Timestamp;
use serde::Serialize;

use super::rule::Rule;
use super::state::Change;

/// One message. Its id stays the same when it is sent again because no answer came, so that a receiver can tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Notice {
    pub(super) id: String,
    pub(super) alert: String,
    pub(super) rule: &'static str,
    /// `firing` or `resolved`.
    pub(super) state: &'static str,
    /// Whether it was told before that it fires.
    pub(super) reminder: bool,
    /// What was measured, in the rule's own unit; absent when there was nothing to measure.
    pub(super) value: Option<f64>,
    pub(super) threshold: f64,
    pub(super) over_s: f64,
    pub(super) at: Timestamp,
}

impl Notice {
    /// The message about a change of that rule.
    pub(super) fn new(rule: &Rule, change: Change, value: Option<f64>, at: Timestamp) -> Self {
        let state = if change == Change::Resolved { "resolved" } else { "firing" };
        Self {
            id: format!("{}-{state}-{}", rule.name, at.as_millisecond()),
            alert: rule.name.clone(),
            rule: rule.measure.name(),
            state,
            reminder: change == Change::Reminded,
            value,
            threshold: rule.threshold,
            over_s: rule.over.as_secs_f64(),
            at,
        }
    }
}
