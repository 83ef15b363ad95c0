//! Books in memory, for tests: the pages are short, so that paging is exercised, and players' beginnings are filled in
//! as a store does when entries are read.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::entry::{ClickEntry, ClickFacts, Entry};
use super::methods::{FirstDeposit, Method, Place, Stretch};
use super::source::{Page, Source, SourceError};
use crate::tracker::books::commission::Reversal;
use crate::tracker::books::fx::{Fx, RateDay};
use crate::tracker::books::kind::Kind;
use crate::tracker::books::programme::Programme;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;
use crate::tracker::books::valuation::Books;

/// Books and clicks.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    pub(super) entries: Vec<Entry>,
    pub(super) clicks: Vec<ClickEntry>,
    pub(super) sightings: Vec<(Method, FirstDeposit)>,
}

/// An event as a test writes it down.
#[derive(Debug, Clone)]
pub(super) struct Happening<'a> {
    pub(super) kind: Kind,
    pub(super) player: &'a str,
    pub(super) brand: Option<&'a str>,
    pub(super) facts: Arc<ClickFacts>,
    pub(super) at: Timestamp,
    pub(super) money: Option<(Decimal, &'a str)>,
    pub(super) commission: Option<Decimal>,
    pub(super) billable: bool,
}

/// Books under those terms and rates.
pub(super) fn books(terms: &Terms, rates: Fx) -> Books {
    let programme = Programme::new(terms.clone(), rates, SpendTable::default()).expect("one report currency");
    Books::new(programme, RateDay::default())
}

impl Shelf {
    /// Books an event the way the processing does: valued once, the first qualified deposit of a player marked.
    pub(super) fn book(&mut self, books: &Books, happening: Happening<'_>) {
        let Happening { kind, player, brand, facts, at, money, commission, billable } = happening;
        let amount = money.map(|(amount, _)| if kind.takes_back() { -amount } else { amount });
        let worth = |amount: Option<Decimal>| books.worth((amount?, money?.1), at, at);
        let known = self.entries.iter().find(|entry| entry.player == player && entry.is_ftd).cloned();
        let qualifies = money.is_some_and(|(amount, currency)| books.terms().qualifies(amount, currency, false));
        let id = i64::try_from(self.entries.len() + 1).expect("a test is short");
        self.entries.push(Entry {
            id,
            kind,
            event_id: Some(format!("e{id}")),
            click_id: format!("clk_{player}"),
            player: player.to_owned(),
            brand: brand.map(str::to_owned),
            click: Some(facts),
            at,
            amount,
            currency: money.map(|(_, currency)| currency.to_owned()),
            report_amount: worth(amount),
            is_ftd: kind == Kind::Deposit && qualifies && known.is_none(),
            reversal: known
                .filter(|ftd| kind.takes_back() && self.completes(ftd, amount))
                .map(|ftd| Reversal { ftd_commission: ftd.report_commission }),
            billable,
            sent_commission: commission,
            report_commission: worth(commission),
            received_at: at,
            booked_at: at,
            registered_at: None,
            first_deposit_at: None,
        });
        self.fill_beginnings();
    }

    /// Whether with this amount the player's reversals reach the first deposit, and did not before.
    fn completes(&self, ftd: &Entry, amount: Option<Decimal>) -> bool {
        let reversals = self.entries.iter().filter(|entry| entry.player == ftd.player && entry.kind.takes_back());
        let before: Decimal = reversals.filter_map(|entry| entry.amount).sum();
        let whole = -ftd.amount.unwrap_or_default();
        before > whole && before + amount.unwrap_or_default() <= whole
    }

    fn fill_beginnings(&mut self) {
        let mut registered = HashMap::new();
        let mut deposited = HashMap::new();
        for entry in &self.entries {
            if entry.kind == Kind::Registration {
                registered.entry(entry.player.clone()).or_insert(entry.at);
            }
            if entry.is_ftd {
                deposited.insert(entry.player.clone(), entry.at);
            }
        }
        for entry in &mut self.entries {
            entry.registered_at = registered.get(&entry.player).copied();
            entry.first_deposit_at = deposited.get(&entry.player).copied();
        }
    }
}

/// Rows in pages of three.
fn page<T: Clone>(rows: &[T], after: i64) -> Page<T> {
    let start = usize::try_from(after).unwrap_or_default().min(rows.len());
    let rows_of_page = rows[start..].iter().take(3).cloned().collect();
    Page { rows: rows_of_page, upto: i64::try_from(rows.len()).expect("a test is short") }
}

impl Source for Shelf {
    async fn entries(&self, after: i64) -> Result<Page<Entry>, SourceError> {
        Ok(page(&self.entries, after))
    }

    async fn clicks(&self, after: i64) -> Result<Page<ClickEntry>, SourceError> {
        Ok(page(&self.clicks, after))
    }

    /// One by one, so that paging is exercised.
    async fn sightings(&self, method: Method, after: Place) -> Result<Stretch, SourceError> {
        let seen: Vec<_> = self.sightings.iter().filter(|(seen, _)| *seen == method).collect();
        let at = usize::try_from(after.counted).unwrap_or_default();
        let rows = seen.get(at).map(|(_, deposit)| deposit.clone()).into_iter().collect();
        let next = (at + 1 < seen.len()).then_some(Place { counted: after.counted + 1, strays: 0 });
        Ok(Stretch { rows, next })
    }
}
