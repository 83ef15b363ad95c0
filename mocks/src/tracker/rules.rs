//! The knobs of the tracker's behaviour. `Rules::default()` is the sound tracker; every other setting is a defect.
//!
//! What turns a knob is left to `defects`; what a setting does stands where it is consulted.

use std::num::NonZeroU32;

/// How the tracker behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// When the sender gets its answer.
    pub(crate) answer: Answer,
    /// Whether the bearer token matters.
    pub(crate) token: Check,
    /// Whether the signature matters.
    pub(crate) signature: Check,
    /// What becomes of a refused postback.
    pub(crate) refusals: Refusals,
    /// How a repeated event is recognised.
    pub(crate) idempotency: Idempotency,
    /// What another body under a known event id does.
    pub(crate) conflict: Conflict,
    /// Every how many accepted events one is acknowledged and forgotten.
    pub(crate) loss: Option<NonZeroU32>,
    /// How amounts are kept.
    pub(crate) amounts: Amounts,
    /// Whether a credit keeps its currency.
    pub(crate) currency: Currency,
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
}

/// How amounts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Amounts {
    /// As the decimals they are.
    #[default]
    Exact,
    /// In a 32-bit float.
    Binary32,
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
