//! The operator's counts against the tracker's, by day, brand, event and currency (seed 003 §11, §12.2, §15).
//!
//! A share is the difference divided by the operator's side, whose platform it happened on. Where the operator has
//! nothing and the tracker something, the share is 1. More than 3 % asks for a reconciliation of the raw logs within
//! five working days. Within a day differences are added without their signs, so that none hides another.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::cell::Cell;
use super::entry::Entry;
use super::sheet::{Part, Row, Sheet};
use super::working_days;

/// More than this share has to be reconciled.
const TOLERANCE: Decimal = Decimal::from_parts(3, 0, 0, false, 2);

/// Within so many working days.
const TERM: u32 = 5;

/// Most combinations that are held apart: a year of days with 27 of them each.
const MAX_COUNTS: usize = 10_000;

/// Decimals of a share.
const SHARE: u32 = 4;

const COLUMNS: &[&str] = &[
    "day",
    "brand",
    "event",
    "currency",
    "operator_count",
    "tracker_count",
    "count_difference",
    "count_share",
    "operator_amount",
    "tracker_amount",
    "amount_difference",
    "amount_share",
    "beyond",
    "reconcile_by",
];

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CountKey {
    /// The day, in the zone asked for.
    pub(crate) day: Date,
    /// The brand.
    pub(crate) brand: Option<String>,
    /// The event's name in postbacks.
    pub(crate) event: String,
    /// The currency of the money.
    pub(crate) currency: Option<String>,
}

/// How many, and their signed sum in their own currency where there is money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count {
    /// How many.
    pub(crate) count: u64,
    /// Their sum.
    pub(crate) amount: Option<Decimal>,
}

/// Both sides' counts.
#[derive(Debug, Default)]
pub(crate) struct Discrepancy {
    pairs: BTreeMap<CountKey, [Count; 2]>,
    /// What found no room.
    others: Option<[Count; 2]>,
}

/// Whose counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Those of the platform on which it happened.
    Operator,
    /// Those of the books.
    Tracker,
}

/// One day as a whole.
#[derive(Debug, Default)]
struct DaySum {
    counts: [u64; 2],
    difference: u64,
    /// By currency: the operator's side and the difference, both without signs.
    amounts: BTreeMap<String, [Decimal; 2]>,
}

impl Discrepancy {
    /// Adds what one side counted.
    pub(crate) fn add(&mut self, side: Side, key: CountKey, count: Count) {
        let full = self.pairs.len() >= MAX_COUNTS && !self.pairs.contains_key(&key);
        let pair = if full { self.others.get_or_insert_default() } else { self.pairs.entry(key).or_default() };
        let [operator, tracker] = pair;
        let sum = if side == Side::Operator { operator } else { tracker };
        sum.count = sum.count.saturating_add(count.count);
        if let Some(amount) = count.amount {
            sum.amount = Some(sum.amount.unwrap_or_default().saturating_add(amount));
        }
    }

    /// Adds a booked event of that day to the tracker's side.
    pub(crate) fn book(&mut self, entry: &Entry, day: Date) {
        let money = entry.kind.moves_money();
        let key = CountKey {
            day,
            brand: entry.brand().map(str::to_owned),
            event: entry.kind.name().to_owned(),
            currency: entry.currency.clone().filter(|_| money),
        };
        self.add(Side::Tracker, key, Count { count: 1, amount: entry.amount.filter(|_| money) });
    }

    /// Whether every combination has its own row.
    pub(crate) fn is_complete(&self) -> bool {
        self.others.is_none()
    }

    /// The sheet: the days, then the rows of which they consist.
    pub(crate) fn sheet(&self, head: Vec<(&'static str, Cell)>) -> Sheet {
        let mut days: BTreeMap<Date, DaySum> = BTreeMap::new();
        for (key, pair) in &self.pairs {
            days.entry(key.day).or_default().add(key, pair);
        }
        let mut rows: Vec<_> = days.iter().map(|(day, sum)| sum.row(*day)).collect();
        rows.extend(self.pairs.iter().map(|(key, pair)| row(Part::Group, Some(key), *pair)));
        rows.extend(self.others.map(|pair| row(Part::Others, None, pair)));
        Sheet { head, columns: COLUMNS.to_vec(), rows }
    }
}

impl DaySum {
    fn add(&mut self, key: &CountKey, [operator, tracker]: &[Count; 2]) {
        self.counts[0] = self.counts[0].saturating_add(operator.count);
        self.counts[1] = self.counts[1].saturating_add(tracker.count);
        self.difference = self.difference.saturating_add(operator.count.abs_diff(tracker.count));
        let Some(currency) = &key.currency else {
            return;
        };
        let [base, difference] = self.amounts.entry(currency.clone()).or_default();
        let [operator, tracker] = [operator, tracker].map(|side| side.amount.unwrap_or_default());
        *base = base.saturating_add(operator.abs());
        *difference = difference.saturating_add(operator.saturating_sub(tracker).abs());
    }

    fn row(&self, day: Date) -> Row {
        let count_share = share(self.difference.into(), self.counts[0].into());
        let amount_shares = self.amounts.values().filter_map(|[base, difference]| share(*difference, *base));
        let amount_share = amount_shares.max();
        let beyond = is_beyond(count_share) || is_beyond(amount_share);
        let [operator, tracker] = self.counts;
        let cells = vec![
            Cell::text(day.to_string()),
            Cell::Text(None),
            Cell::Text(None),
            Cell::Text(None),
            operator.into(),
            tracker.into(),
            Cell::Number(Some(self.difference.into())),
            Cell::fixed(count_share, SHARE),
            Cell::Number(None),
            Cell::Number(None),
            Cell::Number(None),
            Cell::fixed(amount_share, SHARE),
            Cell::Flag(beyond),
            Cell::Text(beyond.then(|| working_days::after(day, TERM).to_string())),
        ];
        Row { part: Part::Day, cells }
    }
}

/// The row of one combination. Differences are the tracker's side less the operator's.
fn row(part: Part, key: Option<&CountKey>, [operator, tracker]: [Count; 2]) -> Row {
    let difference = Decimal::from(tracker.count).saturating_sub(operator.count.into());
    let count_share = share(difference.abs(), operator.count.into());
    let has_money = operator.amount.is_some() || tracker.amount.is_some();
    let [ours, theirs] = [tracker, operator].map(|side| side.amount.unwrap_or_default());
    let amount_difference = has_money.then(|| ours.saturating_sub(theirs));
    let amount_share = amount_difference.and_then(|difference| share(difference.abs(), theirs.abs()));
    let beyond = is_beyond(count_share) || is_beyond(amount_share);
    let day = key.map(|key| key.day);
    let cells = vec![
        Cell::Text(day.map(|day| day.to_string())),
        Cell::Text(key.and_then(|key| key.brand.clone())),
        Cell::Text(key.map(|key| key.event.clone())),
        Cell::Text(key.and_then(|key| key.currency.clone())),
        operator.count.into(),
        tracker.count.into(),
        Cell::Number(Some(difference)),
        Cell::fixed(count_share, SHARE),
        Cell::Number(operator.amount),
        Cell::Number(tracker.amount),
        Cell::Number(amount_difference),
        Cell::fixed(amount_share, SHARE),
        Cell::Flag(beyond),
        Cell::Text(day.filter(|_| beyond).map(|day| working_days::after(day, TERM).to_string())),
    ];
    Row { part, cells }
}

/// A difference as a share; nothing where neither side has anything.
fn share(difference: Decimal, base: Decimal) -> Option<Decimal> {
    if base.is_zero() {
        return (!difference.is_zero()).then_some(Decimal::ONE);
    }
    difference.checked_div(base)
}

fn is_beyond(share: Option<Decimal>) -> bool {
    share.is_some_and(|share| share > TOLERANCE)
}

#[cfg(test)]
mod tests;
