//! The verdict of a check or of a run, and how verdicts add up.

use schemars::JsonSchema;
use serde::Serialize;

/// What a check found. The order is that of weight: the heaviest of many is the verdict of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nobody declared what would be tested; listed, and of no weight.
    Skipped,
    /// The rule was kept.
    Pass,
    /// Kept, though not as well as it should be; it does not make a run fail.
    Warn,
    /// There was too little to tell, or what had to be tested could not be.
    Inconclusive,
    /// The rule was broken.
    Fail,
}

impl Verdict {
    /// The verdict of a whole out of those of its checks: fail over inconclusive over pass. No check at all is inconclusive.
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        match verdicts.into_iter().max() {
            Some(heaviest @ (Self::Fail | Self::Inconclusive)) => heaviest,
            Some(Self::Pass | Self::Warn) => Self::Pass,
            Some(Self::Skipped) | None => Self::Inconclusive,
        }
    }

    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{self, Fail, Inconclusive, Pass, Skipped, Warn};

    #[test]
    fn fail_outweighs_inconclusive_outweighs_pass() {
        assert_eq!(Verdict::of_all([Pass, Fail, Inconclusive]), Fail);
        assert_eq!(Verdict::of_all([Pass, Inconclusive, Warn]), Inconclusive);
        assert_eq!(Verdict::of_all([Skipped, Warn]), Pass);
    }

    #[test]
    fn nothing_tested_is_never_a_pass() {
        assert_eq!(Verdict::of_all([]), Inconclusive);
        assert_eq!(Verdict::of_all([Skipped]), Inconclusive);
    }
}
