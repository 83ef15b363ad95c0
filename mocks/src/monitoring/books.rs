//! What the books hold in all, as exact decimals, to be shown beside the counts of what was received.
//!
//! The figures are the store's own: they are handed over, not added up here, so that `/metrics` and `/credits` come
//! from the same rows.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// The events that have a figure of their own; others are counted together.
const EVENTS: [&str; 5] = ["registration", "kyc_approved", "deposit_success", "refund", "chargeback"];

/// The name of everything else.
const OTHER: &str = "other";

/// How many events were booked, and which sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BookTotals {
    events: BTreeMap<&'static str, u64>,
    amounts: BTreeMap<String, Decimal>,
}

impl BookTotals {
    /// Adds so many booked events of a kind.
    pub(crate) fn add_events(&mut self, event: &str, count: u64) {
        let name = EVENTS.into_iter().find(|known| *known == event).unwrap_or(OTHER);
        let held = self.events.entry(name).or_default();
        *held = held.saturating_add(count);
    }

    /// Adds a booked sum; reversals are negative. Codes that are not three capital letters are summed up together, so
    /// that there are never more sums than codes. A sum beyond what a decimal holds stays as it was.
    pub(crate) fn add_amount(&mut self, currency: &str, amount: Decimal) {
        let code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let held = self.amounts.entry(if code { currency } else { OTHER }.to_owned()).or_default();
        *held = held.checked_add(amount).unwrap_or(*held);
    }

    /// Every kind of event with its count; those with none are there too.
    pub(super) fn events(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let count = |name| self.events.get(name).copied().unwrap_or_default();
        EVENTS.into_iter().chain([OTHER]).map(move |name| (name, count(name)))
    }

    /// Every currency with its sum.
    pub(super) fn amounts(&self) -> impl Iterator<Item = (&str, Decimal)> {
        self.amounts.iter().map(|(code, sum)| (code.as_str(), *sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded_and_sums_exact() {
        let mut totals = BookTotals::default();
        totals.add_events("deposit_success", 2);
        totals.add_events("bonus{}", 1);
        for (currency, amount) in [("USD", "0.10"), ("USD", "0.20"), ("usd", "1"), ("\"", "2"), ("EUR", "-5.00")] {
            totals.add_amount(currency, amount.parse().expect("a decimal"));
        }
        let counts: Vec<_> = totals.events().filter(|(_, count)| *count > 0).collect();
        assert_eq!(counts, [("deposit_success", 2), ("other", 1)]);
        let sums: Vec<_> = totals.amounts().map(|(code, sum)| format!("{code} {sum}")).collect();
        assert_eq!(sums, ["EUR -5.00", "USD 0.30", "other 3"]);
        totals.add_amount("BTC", Decimal::MAX);
        totals.add_amount("BTC", Decimal::MAX);
        assert!(totals.amounts().any(|(code, sum)| code == "BTC" && sum == Decimal::MAX));
    }
}
