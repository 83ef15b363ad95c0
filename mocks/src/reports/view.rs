//! A view: what streams past, put into groups and a total, then the settlements of its months.
//!
//! The affiliate's view and the manager's are this one with another filter and another grouping, so they cannot
//! disagree. The total is added up by itself and not from the groups.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::accounts::{Accounts, MAX_MONTHS};
use super::calendar::Calendar;
use super::cohort::Beginning;
use super::dimension::{Dimension, Key, Subject};
use super::entry::{ClickEntry, Entry};
use super::groups::{Groups, MAX_GROUPS};
use super::tally::Tally;
use crate::tracker::books::commission::Accrual;
use crate::tracker::books::kind::Kind;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;

/// What is looked at, and how it is divided.
#[derive(Debug, Clone)]
pub(crate) struct Lens {
    /// Which affiliate.
    pub(crate) affiliate: Pick,
    /// Which brand.
    pub(crate) brand: Pick,
    /// By what it is grouped.
    pub(crate) by: Vec<Dimension>,
    /// Which days, and where they begin.
    pub(crate) calendar: Calendar,
    /// The instant of the report, by which cohorts are old enough or not.
    pub(crate) as_of: Timestamp,
}

/// Which values of a dimension are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pick {
    /// Every one, and none.
    Any,
    /// Only what has no value.
    Absent,
    /// Only this value.
    Named(String),
}

/// What has been seen through a lens so far.
#[derive(Debug)]
pub(crate) struct View {
    lens: Lens,
    groups: Groups,
    total: Tally,
    accounts: Accounts,
    unconverted: BTreeMap<String, Decimal>,
    carried: Decimal,
}

impl View {
    /// Nothing seen yet.
    pub(crate) fn new(lens: Lens) -> Self {
        Self::bounded(lens, MAX_GROUPS)
    }

    /// The same with room for so many groups.
    pub(super) fn bounded(lens: Lens, groups: usize) -> Self {
        let (groups, accounts) = (Groups::new(groups), Accounts::new(MAX_MONTHS));
        let unconverted = BTreeMap::new();
        Self { lens, groups, total: Tally::default(), accounts, unconverted, carried: Decimal::ZERO }
    }

    /// Takes in a booked event.
    pub(crate) fn entry(&mut self, entry: &Entry, terms: &Terms) {
        let subject = Subject::entry(entry);
        if !self.lens.shows(subject) {
            return;
        }
        let accrual = Accrual::of(&entry.occurrence(), terms);
        self.accounts.add(entry, &accrual, terms);
        if let Some(day) = self.lens.calendar.day(entry.at) {
            self.both(self.lens.key(subject, day), |tally| tally.add(entry, &accrual));
            self.note_unconverted(entry);
        }
        self.cohorts(entry, subject, accrual.ngr);
    }

    /// Takes in a click.
    pub(crate) fn click(&mut self, click: &ClickEntry) {
        let subject = Subject::click(click);
        if let Some(day) = self.lens.calendar.day(click.at).filter(|_| self.lens.shows(subject)) {
            self.both(self.lens.key(subject, day), |tally| tally.clicks += 1);
        }
    }

    /// Takes in what campaigns cost. A row's day is taken as it stands, whatever zone is asked for.
    pub(crate) fn spend(&mut self, table: &SpendTable) {
        for spend in table.rows() {
            let subject = Subject::spend(spend);
            if self.lens.shows(subject) && self.lens.calendar.days().contains(spend.day) {
                self.both(self.lens.key(subject, spend.day), |tally| tally.pay(spend.amount));
            }
        }
    }

    /// Settles the months whose last day is asked for. To be done once, when every entry has been taken in.
    pub(crate) fn settle(&mut self, terms: &Terms) {
        let mut owed = Vec::new();
        for settled in self.accounts.settle(terms) {
            self.carried = self.carried.saturating_add(settled.carried);
            let subject = Subject::settlement(settled.affiliate, settled.brand);
            let asked = settled.adjustments.iter().filter(|adjustment| !adjustment.amount.is_zero());
            let asked = asked.filter(|adjustment| self.lens.calendar.days().contains(adjustment.day));
            owed.extend(asked.map(|adjustment| (self.lens.key(subject, adjustment.day), adjustment.amount)));
        }
        for (key, amount) in owed {
            self.both(key, |tally| tally.owe(amount));
        }
    }

    /// How it is looked at.
    pub(crate) fn lens(&self) -> &Lens {
        &self.lens
    }

    /// Everything together.
    pub(crate) fn total(&self) -> &Tally {
        &self.total
    }

    /// The groups in the order of their names, and the row of all that found no room.
    pub(crate) fn groups(&self) -> (Vec<(&Key, &Tally)>, Option<&Tally>) {
        self.groups.sorted()
    }

    /// What no rate converts, in its own currencies.
    pub(crate) fn unconverted(&self) -> &BTreeMap<String, Decimal> {
        &self.unconverted
    }

    /// What is still to be set against months to come, zero or less, over all accounts and all time.
    pub(crate) fn carried(&self) -> Decimal {
        self.carried
    }

    /// Events whose share stands as it accrued, because there was no room to settle it.
    pub(crate) fn unsettled(&self) -> u64 {
        self.accounts.unsettled()
    }

    /// Each event counts in the cohort of its player's beginning: under the beginning's day, and by its own click.
    fn cohorts(&mut self, entry: &Entry, subject: Subject<'_>, ngr: Decimal) {
        let as_of = self.lens.as_of;
        if let Some((began, day)) = self.began(entry.first_deposit_at) {
            let beginning = Beginning { began, as_of };
            self.both(self.lens.key(subject, day), |tally| {
                if entry.is_ftd {
                    tally.depositors.begin(beginning);
                }
                tally.depositors.add(beginning, entry.at, ngr);
                tally.payback.add(beginning, entry.at, ngr);
            });
        }
        if let Some((began, day)) = self.began(entry.registered_at) {
            let beginning = Beginning { began, as_of };
            // A store may keep a beginning in milliseconds, while events have what their senders wrote.
            let registers = entry.kind == Kind::Registration && entry.at.as_millisecond() == began.as_millisecond();
            self.both(self.lens.key(subject, day), |tally| {
                if registers {
                    tally.registrants.begin(beginning);
                }
                tally.registrants.add(beginning, entry.at, ngr);
            });
        }
    }

    fn began(&self, at: Option<Timestamp>) -> Option<(Timestamp, Date)> {
        at.and_then(|at| Some((at, self.lens.calendar.day(at)?)))
    }

    /// Currencies are those of ISO 4217, so there are never more than a few hundred sums.
    fn note_unconverted(&mut self, entry: &Entry) {
        if let (Some(amount), Some(currency), true) = (entry.amount, &entry.currency, entry.is_unconverted()) {
            let sum = self.unconverted.entry(currency.clone()).or_default();
            *sum = sum.saturating_add(amount);
        }
    }

    fn both(&mut self, key: Key, change: impl Fn(&mut Tally)) {
        change(&mut self.total);
        change(self.groups.at(key));
    }
}

impl Lens {
    fn shows(&self, subject: Subject<'_>) -> bool {
        self.affiliate.takes(subject.affiliate()) && self.brand.takes(subject.brand())
    }

    fn key(&self, subject: Subject<'_>, day: Date) -> Key {
        subject.key(&self.by, day)
    }
}

impl Pick {
    fn takes(&self, value: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => value.is_none(),
            Self::Named(name) => value == Some(name),
        }
    }
}

#[cfg(test)]
mod tests;
