//! Deliveries: one event's postback as the ledger keeps it, with all its attempts.

use super::{Attempt, Event, EventKey, EventKind, FailReason, FaultKind, Ids, InfoReason, Money, Outcome, Player};

/// What a postback said, and what of it must show in the credits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id as numbers.
    pub key: EventKey,
    /// Its `event_id`.
    pub event_id: String,
    /// Its click id.
    pub click_id: String,
    /// The player's account.
    pub account: String,
    /// Who is to be paid for it.
    pub affiliate: String,
    /// The brand it names.
    pub brand: String,
    /// `ts_event`: whole seconds since 1970, UTC.
    pub at: i64,
    /// Its money, positive as sent.
    pub money: Option<Money>,
    /// Whether it said `is_ftd: true`.
    pub says_ftd: bool,
    /// Whether its sender was told when it happened; if not, `ts_event` is the sender's own, and is not compared.
    pub says_time: bool,
    /// The brand that its credit has to show.
    pub owed_brand: OwedBrand,
}

/// The brand that a credit has to show, where it shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwedBrand {
    /// The one that the postback names.
    Named,
    /// That one; or the click's own, which is this; or none.
    NamedOr(String),
    /// Any, because the postback names none.
    Any,
}

impl Sent {
    /// What the postback of an event says.
    pub fn of(ids: &Ids, player: &Player<'_>, event: &Event<'_>) -> Self {
        Self {
            key: event.key,
            event_id: ids.event(event.key),
            click_id: player.click_id.as_str().to_owned(),
            account: player.account.clone(),
            affiliate: player.affiliate.as_str().to_owned(),
            brand: player.brand.as_str().to_owned(),
            at: event.at,
            money: event.detail.money(),
            says_ftd: event.detail.says_ftd(),
            says_time: true,
            owed_brand: OwedBrand::Named,
        }
    }

    /// What happened.
    pub fn kind(&self) -> EventKind {
        self.key.kind
    }
}

/// The name of what makes a delivery other than genuine: a fault's, or a contract case's.
pub type Cause = &'static str;

/// What a delivery is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It owes a credit.
    Genuine,
    /// It owes none.
    Forged(Cause),
    /// Rightly signed, but under an `event_id` that is known with another body: the target may take or refuse it,
    /// and the first value stands either way.
    Conflicting(Cause),
    /// The contract lets the target take or refuse it, and its answer decides what it owes.
    Open(Cause),
    /// The same, and sound readers may tell its values differently: only that it is not credited twice can be held to.
    Untold(Cause),
}

/// One event's postback and all its attempts.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What it said.
    pub sent: Sent,
    /// What it is for.
    pub purpose: Purpose,
    /// The faults that were done to it (genuine deliveries only).
    pub faults: Vec<FaultKind>,
    /// Every attempt, in the order in which they ended.
    pub attempts: Vec<Attempt>,
    /// Given up and written to the sender's DLQ.
    pub dead_lettered: bool,
}

impl Delivery {
    /// Whether any attempt was accepted.
    pub fn any_ok(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.outcome.is_ok())
    }

    /// Whether any attempt ended unknown.
    pub fn any_info(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.outcome.is_info())
    }

    /// Whether the target said no: a refusal, or 409 for an id that it knew.
    pub fn refused_at_all(&self) -> bool {
        self.attempts.iter().any(|attempt| {
            matches!(attempt.outcome, Outcome::Fail(FailReason::Refused(_)) | Outcome::Info(InfoReason::Status(409)))
        })
    }
}
