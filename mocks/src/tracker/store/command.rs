//! What the store can be asked to do, and what it says when it is done.

use tokio::sync::oneshot;

use super::clicks::Click;
use super::credits::{Credit, Page};

/// A checked postback, ready to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booking {
    /// What enters the books.
    pub(crate) credit: Credit,
    /// SHA-256 of the canonical payload: tells a repetition from another body under the same id.
    pub(crate) digest: [u8; 32],
    /// Whose first deposit it is, unless that account has one already.
    pub(crate) first_deposit_of: Option<String>,
}

/// How a booking claims its event id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The first one gets it, for good.
    Unique,
    /// Whoever comes gets it.
    Unconstrained,
}

/// What became of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is new.
    Booked,
    /// The event was there already.
    Known,
    /// The event id was there already, with another payload that stands.
    Conflict,
    /// The redirector never made that click id.
    UnknownClick,
}

/// One thing to do, with the way its answer takes. An answer that never comes means that nothing was done.
#[derive(Debug)]
pub(super) enum Command {
    Book { booking: Box<Booking>, claim: Claim, answer: oneshot::Sender<Outcome> },
    BookRefused { credit: Box<Credit>, answer: oneshot::Sender<()> },
    Knows { event_id: String, answer: oneshot::Sender<bool> },
    LogClick { click: Click, answer: oneshot::Sender<()> },
    Read { after: i64, upto: Option<i64>, answer: oneshot::Sender<Page> },
    Close,
}
