//! What enters the books, and how often.

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
    /// Its beginning.
    Cut,
    /// All of it, together with the kind of the event.
    WithEvent,
    /// All of it; an event without one is a new one each time.
    NamedOnly,
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
    /// In hundredths, whatever the currency.
    Hundredths,
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

/// Whether a credit keeps its brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Brand {
    /// It does.
    #[default]
    Kept,
    /// Everything belongs to one brand.
    Ignored,
    /// It does, in ASCII.
    Mangled,
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
    /// That its sender says so, and that it is large enough.
    Flagged,
    /// That its sender says so, and that none was before.
    Unmeasured,
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

/// Whether events have to come in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// They may come as they like (seed 003 §6).
    #[default]
    Free,
    /// A deposit has to come after its account was opened.
    RegistrationFirst,
}
