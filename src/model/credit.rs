//! Credits: what the target says that it recorded, one value per record of the read-back.

use super::Amount;

/// One record of the read-back. What the target left out or gave as null is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Credit {
    /// The event it is for.
    pub event_id: String,
    /// The click it is for.
    pub click_id: Option<String>,
    /// What happened, in the target's word.
    pub event: Option<String>,
    /// The amount booked; reversals are negative.
    pub amount: Option<BookedAmount>,
    /// The currency booked.
    pub currency: Option<String>,
    /// The brand: `None` where the key is absent, `Some(None)` where it is null.
    pub brand: Option<Option<String>>,
    /// The time of the event: `None` where the key is absent, `Some(None)` where it is null.
    pub ts_event: Option<Option<String>>,
    /// Whether it counts as an FTD: `None` where the key is absent; null reads as false.
    pub is_ftd: Option<bool>,
    /// What the amount is worth in the currency of reports, where the scenario says where that stands.
    pub report_amount: Option<BookedAmount>,
    /// The currency of reports, likewise.
    pub report_currency: Option<String>,
    /// The day that reports count it under, likewise.
    pub report_day: Option<String>,
}

/// An amount as the target gave it: exact where it is a decimal, and kept as text where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BookedAmount {
    /// A decimal number, from a JSON number's digits or a JSON string.
    Exact(Amount),
    /// Anything else, shortened.
    Other(String),
}
