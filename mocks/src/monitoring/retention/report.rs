//! What came of the last run of the job.

use jiff::Timestamp;
use serde::Serialize;

use super::Kind;

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// When it began.
    pub(crate) at: Timestamp,
    /// How long it took.
    pub(crate) took_ms: u64,
    /// What became of each kind.
    pub(crate) kinds: Vec<Removed>,
}

/// What became of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Removed {
    pub(crate) kind: Kind,
    /// What is older was to go.
    pub(crate) before: Timestamp,
    /// How many went.
    #[serde(rename = "removed")]
    pub(crate) count: u64,
    /// Whether nothing older is left.
    pub(crate) complete: bool,
}
