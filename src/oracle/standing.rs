//! What became of one event: the rows and columns of the table that verdicts are read from.

use std::fmt;

use crate::model::{Purpose, Sent, Verdict};

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Genuine, accepted, credited once and as sent.
    Ok,
    /// Genuine, accepted, and nowhere in the books.
    Lost,
    /// Genuine, and more than once in the books (or twice called new by the answers).
    Double,
    /// Genuine, and booked once with other values than sent.
    Corrupt(Vec<Mismatch>),
    /// Genuine, never accepted, perhaps taken, and booked once: fine.
    Recovered,
    /// Genuine, never accepted, perhaps taken, and not booked.
    Unresolved,
    /// The same, but given up and in the sender's DLQ.
    DeadLettered,
    /// Genuine, and certainly refused.
    Refused,
    /// Genuine, certainly refused, and booked all the same.
    Contradicted,
    /// Forged or conflicting, and without consequence, as it should be.
    Harmless,
    /// Forged, and answered as if it were accepted.
    Accepted,
    /// Forged, and booked.
    Forged,
}

/// One value that was booked otherwise than it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The credit's field.
    pub field: &'static str,
    /// What was owed.
    pub owed: String,
    /// What was booked.
    pub booked: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} instead of {}", self.field, self.booked, self.owed)
    }
}

/// One delivery and what became of it.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// What was sent.
    pub sent: &'a Sent,
    /// What it was sent for.
    pub purpose: Purpose,
    /// What became of it.
    pub standing: Standing,
}

impl Standing {
    /// The word of reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Lost => "lost",
            Self::Double => "double",
            Self::Corrupt(_) => "corrupt",
            Self::Recovered => "recovered",
            Self::Unresolved => "unresolved",
            Self::DeadLettered => "dead-lettered",
            Self::Refused => "refused",
            Self::Contradicted => "contradicted",
            Self::Harmless => "harmless",
            Self::Accepted => "accepted",
            Self::Forged => "forged",
        }
    }

    /// What one such event means for the run.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Ok | Self::Recovered | Self::Harmless => Verdict::Pass,
            Self::Unresolved | Self::DeadLettered => Verdict::Inconclusive,
            Self::Lost
            | Self::Double
            | Self::Corrupt(_)
            | Self::Refused
            | Self::Contradicted
            | Self::Accepted
            | Self::Forged => Verdict::Fail,
        }
    }
}
