//! The revenue-share accounts of a report: one an affiliate and brand, over all time, whatever days are asked for,
//! because a month is settled whole and with what earlier months left behind.

use std::collections::HashMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::entry::Entry;
use crate::tracker::books::commission::Accrual;
use crate::tracker::books::settlement::{Account, Adjustment, Month};
use crate::tracker::books::terms::Terms;

/// Most months of all accounts together: a thousand affiliates with four brands over two years.
pub(crate) const MAX_MONTHS: usize = 100_000;

/// Accounts by affiliate and brand.
#[derive(Debug)]
pub(crate) struct Accounts {
    bound: usize,
    months: usize,
    of: HashMap<(String, Option<String>), Account>,
    unsettled: u64,
}

/// What settling one account adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled<'a> {
    /// Whose account.
    pub(crate) affiliate: &'a str,
    /// With which brand.
    pub(crate) brand: Option<&'a str>,
    /// Month by month.
    pub(crate) adjustments: Vec<Adjustment>,
    /// What is still to be set against months to come, zero or less.
    pub(crate) carried: Decimal,
}

impl Accounts {
    /// No accounts, and room for so many months.
    pub(crate) fn new(bound: usize) -> Self {
        Self { bound, months: 0, of: HashMap::new(), unsettled: 0 }
    }

    /// Adds what an event accrued, when a share is part of it.
    pub(crate) fn add(&mut self, entry: &Entry, accrual: &Accrual, terms: &Terms) {
        let Some(affiliate) = entry.affiliate().filter(|_| !accrual.share_base.is_zero()) else {
            return;
        };
        if self.months >= self.bound {
            self.unsettled += 1;
            return;
        }
        let key = (affiliate.to_owned(), entry.brand().map(str::to_owned));
        let opened = self.of.entry(key).or_default().accrue(month(entry.at, terms), accrual.share_base, accrual.share);
        self.months += usize::from(opened);
    }

    /// What settling the accounts adds, by affiliate and brand.
    pub(crate) fn settle(&self, terms: &Terms) -> Vec<Settled<'_>> {
        let mut accounts: Vec<_> = self.of.iter().collect();
        accounts.sort_by_key(|(key, _)| *key);
        let settled = accounts.into_iter().filter_map(|((affiliate, brand), account)| {
            let rule = terms.contract(affiliate).revenue_share.as_ref()?;
            let (adjustments, carried) = account.settle(terms, rule);
            Some(Settled { affiliate, brand: brand.as_deref(), adjustments, carried })
        });
        settled.collect()
    }

    /// Events whose share found no room to be settled, and stands as it accrued.
    pub(crate) fn unsettled(&self) -> u64 {
        self.unsettled
    }
}

fn month(at: Timestamp, terms: &Terms) -> Month {
    Month::of(terms.zone().to_datetime(at).date())
}
