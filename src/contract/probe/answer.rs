//! What a probe owes its sender, and whether an answer keeps it. Books are the oracle's.

use std::fmt;

use super::Class;
use crate::model::{FailReason, InfoReason, Outcome};

/// What is expected of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// That it takes the postback.
    Acceptance,
    /// That it refuses it.
    Refusal,
    /// That it does either.
    Either,
}

/// What an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was expected.
    Kept,
    /// Something else.
    Broken(Breach),
    /// No answer: its sender has to try again.
    Silent,
    /// The target was busy or gone.
    Away,
}

/// How an answer breaks the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Breach {
    /// A valid one was refused.
    Refused,
    /// A bad one was taken.
    Taken,
    /// It was answered with a 5xx, which senders retry for ever.
    ServerError,
    /// It was redirected.
    Redirected,
    /// The answer says neither yes nor no.
    Unclear,
}

impl Expected {
    /// What an answer shows.
    pub fn judge(self, outcome: Outcome) -> Answer {
        match outcome {
            Outcome::Ok { .. } if self == Self::Refusal => Answer::Broken(Breach::Taken),
            Outcome::Fail(FailReason::Refused(_)) | Outcome::Info(InfoReason::Status(408 | 409))
                if self == Self::Acceptance =>
            {
                Answer::Broken(Breach::Refused)
            }
            Outcome::Ok { .. }
            | Outcome::Fail(FailReason::Refused(_))
            | Outcome::Info(InfoReason::Status(408 | 409)) => Answer::Kept,
            Outcome::Info(InfoReason::Redirect(_)) => Answer::Broken(Breach::Redirected),
            Outcome::Info(InfoReason::Unclear(_)) => Answer::Broken(Breach::Unclear),
            Outcome::Info(InfoReason::Status(429 | 503)) | Outcome::Fail(FailReason::NotConnected) => Answer::Away,
            Outcome::Info(InfoReason::Status(_)) => Answer::Broken(Breach::ServerError),
            Outcome::Info(_) => Answer::Silent,
        }
    }

    /// What is expected of a postback of that class.
    pub(super) fn of(class: Class) -> Self {
        match class {
            Class::Valid => Self::Acceptance,
            Class::Bad => Self::Refusal,
            Class::Open | Class::Untold | Class::Unusable => Self::Either,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acceptance => "has to be taken",
            Self::Refusal => "has to be refused",
            Self::Either => "may be taken or refused",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_expectation_has_answers_that_keep_and_that_break_it() {
        let ok = Outcome::Ok { repeat: Some(false) };
        let refused = Outcome::Fail(FailReason::Refused(422));
        let failed = Outcome::Info(InfoReason::Status(500));
        for (expected, outcome, answer) in [
            (Expected::Acceptance, ok, Answer::Kept),
            (Expected::Acceptance, refused, Answer::Broken(Breach::Refused)),
            (Expected::Refusal, ok, Answer::Broken(Breach::Taken)),
            (Expected::Refusal, refused, Answer::Kept),
            (Expected::Either, ok, Answer::Kept),
            (Expected::Either, refused, Answer::Kept),
            (Expected::Either, failed, Answer::Broken(Breach::ServerError)),
            (Expected::Refusal, failed, Answer::Broken(Breach::ServerError)),
            (Expected::Either, Outcome::Info(InfoReason::Redirect(302)), Answer::Broken(Breach::Redirected)),
            (Expected::Either, Outcome::Info(InfoReason::Unclear(200)), Answer::Broken(Breach::Unclear)),
            (Expected::Refusal, Outcome::Info(InfoReason::Broken), Answer::Silent),
            (Expected::Acceptance, Outcome::Info(InfoReason::Status(503)), Answer::Away),
        ] {
            assert_eq!(expected.judge(outcome), answer, "{expected:?} {outcome}");
        }
    }
}
