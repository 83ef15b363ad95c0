//! Credits: what the target says that it recorded, one value per record of the read-back; kept, or borrowed from its text.

use std::borrow::Cow;

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

/// A record of the read-back that borrows from its text, so that millions can go by. The fields are those of [`Credit`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each field is that of a credit")]
pub struct CreditRow<'a> {
    pub event_id: Cow<'a, str>,
    pub click_id: Option<Cow<'a, str>>,
    pub event: Option<Cow<'a, str>>,
    pub amount: Option<BookedAmount>,
    pub currency: Option<Cow<'a, str>>,
    pub brand: Option<Option<Cow<'a, str>>>,
    pub ts_event: Option<Option<Cow<'a, str>>>,
    pub is_ftd: Option<bool>,
}

impl CreditRow<'_> {
    /// The amount, where it is a decimal.
    pub fn exact_amount(&self) -> Option<Amount> {
        match self.amount {
            Some(BookedAmount::Exact(amount)) => Some(amount),
            Some(BookedAmount::Other(_)) | None => None,
        }
    }

    /// The same, to keep.
    pub fn to_credit(&self) -> Credit {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Credit {
            event_id: self.event_id.clone().into_owned(),
            click_id: owned(self.click_id.as_deref()),
            event: owned(self.event.as_deref()),
            amount: self.amount.clone(),
            currency: owned(self.currency.as_deref()),
            brand: self.brand.as_ref().map(|brand| owned(brand.as_deref())),
            ts_event: self.ts_event.as_ref().map(|at| owned(at.as_deref())),
            is_ftd: self.is_ftd,
            ..Credit::default()
        }
    }
}

impl Credit {
    /// The same, borrowed.
    pub fn row(&self) -> CreditRow<'_> {
        fn borrowed(text: Option<&str>) -> Option<Cow<'_, str>> {
            text.map(Cow::Borrowed)
        }
        CreditRow {
            event_id: Cow::Borrowed(&self.event_id),
            click_id: borrowed(self.click_id.as_deref()),
            event: borrowed(self.event.as_deref()),
            amount: self.amount.clone(),
            currency: borrowed(self.currency.as_deref()),
            brand: self.brand.as_ref().map(|brand| borrowed(brand.as_deref())),
            ts_event: self.ts_event.as_ref().map(|at| borrowed(at.as_deref())),
            is_ftd: self.is_ftd,
        }
    }
}
