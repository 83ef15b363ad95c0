//! The money bound: what was acknowledged must be booked, and no more than could have been taken.
//! Per affiliate, brand, currency and UTC day of our own ledger, over genuine events:
//! Σ acknowledged + Σ negative unknown ≤ booked ≤ Σ acknowledged + Σ positive unknown.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use super::Books;
use super::compare::owed_amount;
use crate::model::{BookedAmount, Credit, Currency, Delivery, EventKind, Purpose, Sent};

/// One account of the ledger: who, for which brand, in what currency, on which day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Account<'a> {
    affiliate: &'a str,
    brand: &'a str,
    currency: Currency,
    day: i64,
}

/// What one account of the ledger adds up to, and what the books say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyRow {
    /// Who is to be paid.
    pub affiliate: String,
    /// For which brand.
    pub brand: String,
    /// In what currency.
    pub currency: Currency,
    /// On which UTC day, as days since 1970.
    pub day: i64,
    /// The sum of acknowledged events.
    pub acknowledged: Decimal,
    /// The least that may be booked.
    pub least: Decimal,
    /// The most that may be booked.
    pub most: Decimal,
    /// What is booked.
    pub booked: Decimal,
}

impl MoneyRow {
    /// Whether the books keep the bound.
    pub fn holds(&self) -> bool {
        self.least <= self.booked && self.booked <= self.most
    }
}

#[derive(Default)]
struct Sums {
    acknowledged: Decimal,
    unknown_down: Decimal,
    unknown_up: Decimal,
    booked: Decimal,
}

/// The money bound of every account that money was sent or booked for, `booked_kinds` being what the books hold.
pub fn money_rows(deliveries: &[Delivery], books: &Books, booked_kinds: &[EventKind]) -> Vec<MoneyRow> {
    let mut sums: BTreeMap<Account<'_>, Sums> = BTreeMap::new();
    for delivery in deliveries.iter().filter(|d| d.purpose == Purpose::Genuine && booked_kinds.contains(&d.sent.kind()))
    {
        let (Some(account), Some(amount)) = (account(&delivery.sent), owed_amount(&delivery.sent)) else { continue };
        let sum = sums.entry(account).or_default();
        let amount = amount.decimal();
        if delivery.any_ok() {
            sum.acknowledged += amount;
        } else if delivery.any_info() && amount.is_sign_negative() {
            sum.unknown_down += amount;
        } else if delivery.any_info() {
            sum.unknown_up += amount;
        }
    }
    let by_event: HashMap<&str, &Sent> = deliveries.iter().rev().map(|d| (d.sent.event_id.as_str(), &d.sent)).collect();
    let by_click: HashMap<&str, &Sent> = deliveries
        .iter()
        .filter(|d| d.purpose == Purpose::Genuine)
        .map(|d| (d.sent.click_id.as_str(), &d.sent))
        .collect();
    for credit in books.new_by_event().into_values().flatten() {
        let sent = by_event.get(credit.event_id.as_str()).or_else(|| by_click.get(credit.click_id.as_deref()?));
        let Some((account, amount)) = sent.and_then(|sent| booked(sent, credit)) else { continue };
        // A credit so large that the sum overflows is left out here; it is corrupt in its own row.
        let sum = sums.entry(account).or_default();
        sum.booked = sum.booked.checked_add(amount).unwrap_or(sum.booked);
    }
    sums.into_iter().map(|(account, sum)| row(&account, &sum)).collect()
}

fn row(account: &Account<'_>, sum: &Sums) -> MoneyRow {
    MoneyRow {
        affiliate: account.affiliate.to_owned(),
        brand: account.brand.to_owned(),
        currency: account.currency,
        day: account.day,
        acknowledged: sum.acknowledged,
        least: sum.acknowledged + sum.unknown_down,
        most: sum.acknowledged + sum.unknown_up,
        booked: sum.booked,
    }
}

fn account(sent: &Sent) -> Option<Account<'_>> {
    let currency = sent.money?.currency();
    Some(Account { affiliate: &sent.affiliate, brand: &sent.brand, currency, day: sent.at.div_euclid(86_400) })
}

/// Where a credit is booked in terms of our own ledger. A credit without a currency or an exact amount adds to nothing.
fn booked<'a>(sent: &'a Sent, credit: &Credit) -> Option<(Account<'a>, Decimal)> {
    let Some(BookedAmount::Exact(amount)) = &credit.amount else { return None };
    let currency = credit.currency.as_deref()?.parse().ok()?;
    let day = sent.at.div_euclid(86_400);
    Some((Account { affiliate: &sent.affiliate, brand: &sent.brand, currency, day }, amount.decimal()))
}
