//! The knobs of the tracker's behaviour. `Rules::default()` is the sound tracker; every other setting is a defect.
//!
//! What turns a knob is left to `defects`; what a setting does stands where it is consulted.

use std::num::NonZeroU32;

use super::books::fx::RateDay;
use crate::reports::calendar::Boundaries;

/// How the tracker behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// When the sender gets its answer.
    pub(crate) answer: Answer,
    /// Whether the bearer token matters.
    pub(crate) token: Check,
    /// Whether the signature matters.
    pub(crate) signature: Check,
    /// Whether a token may be older than it says.
    pub(crate) expiry: Check,
    /// Whether the click has to be one that was made here.
    pub(crate) click: Check,
    /// Whether the postback endpoint answers itself.
    pub(crate) endpoint: Endpoint,
    /// What bad input is told.
    pub(crate) bad_input: BadInput,
    /// What becomes of a refused postback.
    pub(crate) refusals: Refusals,
    /// How a repeated event is recognised.
    pub(crate) idempotency: Idempotency,
    /// What of an event's id is looked at.
    pub(crate) keys: Keys,
    /// Every how many postbacks one is told to come again, and is then taken for a repetition.
    pub(crate) busy: Option<NonZeroU32>,
    /// Every how many bookings one fails, and is not tried again.
    pub(crate) dropped: Option<NonZeroU32>,
    /// What another body under a known event id does.
    pub(crate) conflict: Conflict,
    /// Every how many accepted events one is acknowledged and forgotten.
    pub(crate) loss: Option<NonZeroU32>,
    /// How amounts are kept.
    pub(crate) amounts: Amounts,
    /// Whether a credit keeps its currency.
    pub(crate) currency: Currency,
    /// Whether a credit keeps its brand.
    pub(crate) brand: Brand,
    /// Which sign refunds and chargebacks get.
    pub(crate) reversals: Reversals,
    /// What makes a deposit the first one.
    pub(crate) first_deposit: FirstDeposit,
    /// In which zone instants are kept.
    pub(crate) instants: Instants,
    /// Whose word about the sender's address is taken.
    pub(crate) forwarded: Forwarded,
    /// Whose day's rate converts an amount to the report currency.
    pub(crate) rate_day: RateDay,
    /// Where the days of the reports begin.
    pub(crate) boundaries: Boundaries,
}

/// When the sender gets its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Answer {
    /// Once the booking is durable.
    #[default]
    AfterBooking,
    /// As soon as the request has arrived.
    BeforeChecks,
}

/// Whether a check is made at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Check {
    /// It is, and can refuse.
    #[default]
    Enforced,
    /// Whatever comes is taken.
    Skipped,
}

/// What becomes of a refused postback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Refusals {
    /// Nothing.
    #[default]
    Dropped,
    /// It is credited although its sender was told no.
    Credited,
}

/// How a repeated event is recognised. Ordered from sound to worst, so that of two planted settings the worse holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Idempotency {
    /// By a claim that commits together with the credit.
    #[default]
    Atomic,
    /// By a look before the booking, which leaves a gap between the two.
    CheckThenInsert,
    /// Not at all.
    Absent,
}

/// What another body under a known event id does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Conflict {
    /// It is refused, the first value stands.
    #[default]
    Refuse,
    /// It takes the place of the first value.
    Overwrite,
    /// It is answered as known and forgotten.
    Swallow,
}

/// How amounts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Amounts {
    /// As the decimals they are.
    #[default]
    Exact,
    /// In a 32-bit float.
    Binary32,
    /// Up to the point, as a reader does that stops at it.
    Whole,
}

/// Whether a credit keeps its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Currency {
    /// It does.
    #[default]
    Kept,
    /// It does not.
    Dropped,
}

/// Whether the postback endpoint answers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Endpoint {
    /// It does.
    #[default]
    Direct,
    /// It sends everybody somewhere else first.
    Redirecting,
}

/// What bad input is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BadInput {
    /// A 4xx with a reason.
    #[default]
    Refused,
    /// A 500, as if it were the tracker's fault.
    ServerError,
}

/// What of an event's id is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Keys {
    /// All of it.
    #[default]
    Whole,
    /// Capitals are small letters.
    CaseFolded,
    /// Nothing: a click has one event of each kind.
    ClickAndEvent,
}

/// Whether a credit keeps its brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Brand {
    /// It does.
    #[default]
    Kept,
    /// Everything belongs to one brand.
    Ignored,
}

/// Which sign refunds and chargebacks get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reversals {
    /// Negative income.
    #[default]
    Negative,
    /// Income like any other.
    Positive,
}

/// What makes a deposit the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FirstDeposit {
    /// That its sender says so, that it is large enough, and that none was before.
    #[default]
    Contract,
    /// That it is a deposit.
    Any,
}

/// In which zone instants are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Instants {
    /// UTC, as they came.
    #[default]
    Utc,
    /// The server's own, with the letter of UTC behind it.
    Local,
}

/// Whose word about the sender's address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Forwarded {
    /// That of the proxies which are trusted.
    #[default]
    Proxies,
    /// Anybody's.
    Anybody,
}
