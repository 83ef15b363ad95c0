//! Exit codes, each documented once and here.

use std::process::ExitCode;

use crate::model::Verdict;
use crate::run::RunError;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: the target keeps the rules, or the command did what it was asked.
    Pass,
    /// 1: the target broke a rule.
    Fail,
    /// 2: the command line or the scenario is wrong.
    Usage,
    /// 3: the run could not be done.
    Undone,
    /// 4: there was too little to tell.
    Inconclusive,
    /// 130: interrupted; a partial report is written.
    Interrupted,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Usage => 2,
            Self::Undone => 3,
            Self::Inconclusive => 4,
            Self::Interrupted => 130,
        }
    }

    /// How a run with that verdict ends.
    pub fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass | Verdict::Warn => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Inconclusive | Verdict::Skipped => Self::Inconclusive,
        }
    }

    /// How a command ends that came to no verdict.
    pub fn of_error(error: &RunError) -> Self {
        match error {
            RunError::Scenario(_) | RunError::ConfigFile(_) | RunError::Usage { .. } => Self::Usage,
            RunError::Undone { .. } => Self::Undone,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
