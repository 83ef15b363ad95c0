//! One alert rule, checked.

use std::time::Duration;

use url::Url;

use super::measure::Measure;

/// A rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// What it is called.
    pub(crate) name: String,
    /// What it looks at.
    pub(crate) measure: Measure,
    /// What has to be exceeded, in the measure's own unit.
    pub(crate) threshold: f64,
    /// How far back it looks, 1 s to 24 h.
    pub(crate) over: Duration,
    /// How long it has to hold, or to be over, before that is told.
    pub(crate) hold: Duration,
    /// The time after which it is told again while it holds.
    pub(crate) renotify: Duration,
    /// How many answers the window needs for a share or a quantile.
    pub(crate) at_least: u64,
    /// Where it is told.
    pub(crate) webhook: Option<Url>,
}
