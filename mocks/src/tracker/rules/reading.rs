//! What a body may say.

use super::Check;

/// What a body may say. Each check is one that the schema makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    /// Whether a name may come once only.
    pub(crate) names: Check,
    /// Whether the event has to be a known one.
    pub(crate) event: Check,
    /// Whether an event's id has to be a text, and not an empty one.
    pub(crate) id: Check,
    /// Whether an instant has to be in UTC.
    pub(crate) zone: Check,
    /// Whether an instant has to have come.
    pub(crate) future: Check,
    /// Whether an amount has to be a number.
    pub(crate) number: Check,
    /// Whether an amount may be below nothing.
    pub(crate) negative: Check,
    /// Whether an amount may be nothing.
    pub(crate) zero: Check,
    /// Whether a currency has to be one.
    pub(crate) currency: Check,
    /// Whether an amount may have more decimals than its currency.
    pub(crate) decimals: Check,
    pub(crate) exponents: Exponents,
    pub(crate) strangers: Strangers,
}

/// What becomes of the exponent of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Exponents {
    /// It is worked out.
    #[default]
    Applied,
    /// It is left out, as by a reader that stops at the letter.
    Dropped,
}

/// What becomes of a body with members that nobody here knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Strangers {
    /// It is welcome.
    #[default]
    Welcome,
    /// It is refused.
    Refused,
}
