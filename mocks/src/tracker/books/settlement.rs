//! What the months of a revenue share come to: the share of each month's net revenue, never below zero, and what is
//! carried over where the contract says so (domain.md §6, negative carryover).
//!
//! One account is one affiliate with one brand; months are those of the project's zone. An account's accruals were
//! rounded event by event, so a settlement also holds the cents between their sum and the rounded month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::contract::RevenueShare;
use super::terms::Terms;

/// The revenue-share account of one affiliate with one brand: one entry a month in which anything happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Account {
    months: BTreeMap<Month, Accrued>,
}

/// A calendar month, by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(Date);

/// What a month has accrued, in the report currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Accrued {
    base: Decimal,
    share: Decimal,
}

/// What settling a month adds to the accrued shares, so that they come to what is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Adjustment {
    /// The last day of the month: the day on which it is settled.
    pub(crate) day: Date,
    /// In the report currency. Positive where a month below zero is forgiven or put off, negative where an earlier
    /// month is set against this one.
    pub(crate) amount: Decimal,
}

impl Month {
    /// The month in which a day lies.
    pub(crate) fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }
}

impl Account {
    /// Adds what one event accrued. Answers whether it opened a month that was not there.
    pub(crate) fn accrue(&mut self, month: Month, base: Decimal, share: Decimal) -> bool {
        let months = self.months.len();
        let accrued = self.months.entry(month).or_default();
        accrued.base = accrued.base.saturating_add(base);
        accrued.share = accrued.share.saturating_add(share);
        self.months.len() > months
    }

    /// What settling each month adds, in order, and what is still to be set against months to come (zero or less).
    pub(crate) fn settle(&self, terms: &Terms, rule: &RevenueShare) -> (Vec<Adjustment>, Decimal) {
        let mut carried = Decimal::ZERO;
        let settled = self.months.iter().map(|(month, accrued)| {
            let due = terms.round(accrued.base.saturating_mul(rule.share)).saturating_add(carried);
            let paid = due.max(Decimal::ZERO);
            carried = if rule.negative_carry_over { due.min(Decimal::ZERO) } else { Decimal::ZERO };
            Adjustment { day: month.0.last_of_month(), amount: paid.saturating_sub(accrued.share) }
        });
        let settled = settled.collect();
        (settled, carried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settles months of that base, one after the other, each accrued in one event.
    fn settled(bases: &[&str], negative_carry_over: bool) -> (Vec<String>, String) {
        let terms = Terms::default();
        let rule = RevenueShare { share: Decimal::new(25, 2), negative_carry_over };
        let mut account = Account::default();
        for (month, base) in (1_i8..).zip(bases) {
            let base: Decimal = base.parse().expect("a decimal");
            let day = Date::new(2026, month, 15).expect("a day");
            assert!(account.accrue(Month::of(day), base, terms.round(base * rule.share)));
        }
        let (adjustments, carried) = account.settle(&terms, &rule);
        (adjustments.iter().map(|a| a.amount.normalize().to_string()).collect(), carried.normalize().to_string())
    }

    #[test]
    fn a_month_above_zero_is_paid_as_it_accrued() {
        assert_eq!(settled(&["100", "40"], true), (vec!["0".to_owned(), "0".to_owned()], "0".to_owned()));
    }

    #[test]
    fn a_month_below_zero_pays_nothing_and_is_carried_over() {
        let (adjustments, carried) = settled(&["-100", "40", "200"], true);
        assert_eq!(adjustments, ["25", "-10", "-15"], "−25 is put off, 10 and 15 of it are taken later");
        assert_eq!(carried, "0");
        assert_eq!(settled(&["40", "-100"], true), (vec!["0".to_owned(), "25".to_owned()], "-25".to_owned()));
    }

    #[test]
    fn without_carry_over_a_month_below_zero_is_forgiven() {
        let (adjustments, carried) = settled(&["-100", "40"], false);
        assert_eq!((adjustments, carried.as_str()), (vec!["25".to_owned(), "0".to_owned()], "0"));
    }

    #[test]
    fn a_settlement_stands_on_the_last_day_and_holds_the_cents() {
        let (terms, rule) = (Terms::default(), RevenueShare { share: Decimal::new(25, 2), negative_carry_over: true });
        let mut account = Account::default();
        let day = Date::new(2028, 2, 3).expect("a day");
        // Three shares of 0.0025 each round to nothing; together they are 0.0075, which is a cent.
        for first in [true, false, false] {
            assert_eq!(account.accrue(Month::of(day), Decimal::new(1, 2), Decimal::ZERO), first);
        }
        let (adjustments, _) = account.settle(&terms, &rule);
        assert_eq!(
            adjustments,
            [Adjustment { day: Date::new(2028, 2, 29).expect("a day"), amount: Decimal::new(1, 2) }]
        );
    }
}
