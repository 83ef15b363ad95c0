//! Checks: one rule each, with what was expected, what was observed, and how to see it again.

use schemars::JsonSchema;
use serde::Serialize;

use super::Verdict;

/// The outcome of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// Family and rule, such as `ledger.lost`.
    pub id: String,
    /// What was found.
    pub verdict: Verdict,
    /// What the rule asks for.
    pub expected: String,
    /// What was there.
    pub observed: String,
    /// Commands that show it again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repro: Vec<String>,
}

impl Check {
    /// A check without commands to repeat it.
    pub fn new(
        id: impl Into<String>,
        verdict: Verdict,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), verdict, expected: expected.into(), observed: observed.into(), repro: Vec::new() }
    }

    /// The family: what stands before the first dot of the id.
    pub fn family(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}
