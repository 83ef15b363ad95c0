//! Attempts: one try to deliver a postback, and what its sender could know afterwards.
//! The three outcomes are Jepsen's: it happened, it certainly did not, nobody knows.

use std::fmt;
use std::time::Duration;

/// How an attempt ended for its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted.
    Ok {
        /// The answer's `idempotent` flag: whether the target says that it knew the event already.
        repeat: Option<bool>,
    },
    /// Certainly refused.
    Fail(FailReason),
    /// Unknown: the postback may have been taken or not.
    Info(InfoReason),
}

/// Why a postback certainly was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailReason {
    /// A 4xx other than 408, 409 and 429.
    Refused(u16),
    /// The connection failed before a byte of the body left.
    NotConnected,
}

/// Why nobody knows whether a postback was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InfoReason {
    /// No complete answer within the time limit.
    Timeout,
    /// The sender was made to stop waiting (fault `timeout-retry`).
    GaveUpWaiting,
    /// The answer was thrown away (fault `ack-lost`); the status is what the target said.
    AckLost(u16),
    /// The connection broke after the body began to leave.
    Broken,
    /// 5xx, 408, 409, 429, and 1xx.
    Status(u16),
    /// A 3xx, which is never followed and is a contract failure of its own.
    Redirect(u16),
    /// A 2xx whose body is not what the profile calls an acceptance.
    Unclear(u16),
}

impl Outcome {
    /// Accepted.
    pub fn is_ok(self) -> bool {
        matches!(self, Self::Ok { .. })
    }

    /// Certainly refused.
    pub fn is_fail(self) -> bool {
        matches!(self, Self::Fail(_))
    }

    /// Unknown.
    pub fn is_info(self) -> bool {
        matches!(self, Self::Info(_))
    }

    /// The status that came back, where one did.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Fail(FailReason::Refused(status))
            | Self::Info(
                InfoReason::AckLost(status)
                | InfoReason::Status(status)
                | InfoReason::Redirect(status)
                | InfoReason::Unclear(status),
            ) => Some(status),
            Self::Ok { .. } | Self::Fail(FailReason::NotConnected) | Self::Info(_) => None,
        }
    }

    /// The short word of logs and the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok { .. } => "ok",
            Self::Fail(_) => "fail",
            Self::Info(_) => "info",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok { repeat: None } => f.write_str("accepted"),
            Self::Ok { repeat: Some(false) } => f.write_str("accepted, idempotent: false"),
            Self::Ok { repeat: Some(true) } => f.write_str("accepted, idempotent: true"),
            Self::Fail(FailReason::Refused(status)) => write!(f, "refused with {status}"),
            Self::Fail(FailReason::NotConnected) => f.write_str("no connection"),
            Self::Info(InfoReason::Timeout) => f.write_str("no answer in time"),
            Self::Info(InfoReason::GaveUpWaiting) => f.write_str("sender stopped waiting"),
            Self::Info(InfoReason::AckLost(status)) => write!(f, "answer {status} thrown away"),
            Self::Info(InfoReason::Broken) => f.write_str("connection broke"),
            Self::Info(InfoReason::Status(status)) => write!(f, "answered {status}"),
            Self::Info(InfoReason::Redirect(status)) => write!(f, "redirected with {status}"),
            Self::Info(InfoReason::Unclear(status)) => {
                write!(f, "answered {status} with a body that says neither yes nor no")
            }
        }
    }
}

/// One try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// From the moment it was sent to its end.
    pub took: Duration,
}
