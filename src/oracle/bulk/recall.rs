//! What attempts do not tell of their events, made again from the seed: when each happened, for whom, and what money is owed.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::again::made_again;
use super::attempts::Bulk;
use crate::journey::Journey;
use crate::model::{CreditRow, Currency, Player};
use crate::oracle::MoneyRow;
use crate::oracle::compare::owed_amount_of;
use crate::oracle::money::Sums;

/// Made again once, in the order of journeys.
pub(super) struct Recall {
    /// When each event happened, in seconds after the start of the journeys.
    when: Vec<u32>,
    /// For whom each journey is made: a place in `parties`.
    party: Vec<u32>,
    /// Affiliate and brand.
    parties: Vec<(String, String)>,
    /// The start of the journeys, in seconds since 1970.
    start: i64,
    /// What is owed, and what was booked. Bounded by parties, currencies and days.
    accounts: HashMap<Account, Sums, RandomState>,
    /// Currencies that were met, at most as many as there are.
    currencies: Vec<Currency>,
}

/// The places of affiliates with brands.
type Parties<'a> = HashMap<(&'a str, &'a str), u32, RandomState>;

/// Whose money, in what currency, on which UTC day since 1970.
type Account = (u32, Currency, i64);

impl Recall {
    /// Makes every journey again that anything was sent of, and shows it.
    pub(super) fn new(bulk: &Bulk<'_>, seen: &mut dyn FnMut(&Journey<'_>)) -> Self {
        let mut recall = Self {
            when: vec![0; bulk.layout.len()],
            party: vec![0; bulk.layout.journeys()],
            parties: Vec::new(),
            start: bulk.terms.journeys.start(),
            accounts: HashMap::default(),
            currencies: Vec::new(),
        };
        let mut known = HashMap::default();
        made_again(bulk, &mut |journey, made| {
            recall.take(bulk, journey, made, &mut known);
            seen(made);
        });
        recall
    }

    /// When the event in a place happened: whole seconds since 1970.
    pub(super) fn at(&self, place: usize) -> i64 {
        self.start + i64::from(self.when[place])
    }

    /// The brand of a journey.
    pub(super) fn brand(&self, journey: usize) -> &str {
        let party = self.party.get(journey).and_then(|&party| self.parties.get(party as usize));
        party.map_or("", |(_, brand)| brand)
    }

    /// Books the money of a new credit for an event. One without a currency or an exact amount adds to nothing.
    pub(super) fn book(&mut self, journey: usize, place: usize, row: &CreditRow<'_>) {
        let Some((currency, amount)) = self.currency(row).zip(row.exact_amount()) else { return };
        let account = (self.party[journey], currency, self.at(place).div_euclid(86_400));
        self.accounts.entry(account).or_default().book(amount.decimal());
    }

    /// Forgets what was booked, for the books are read again.
    pub(super) fn forget_booked(&mut self) {
        self.accounts.retain(|_, sums| sums.forget_booked());
    }

    /// Every account that money was sent or booked for.
    pub(super) fn money(&self) -> Vec<MoneyRow> {
        let row = |(&(party, currency, day), sums): (&Account, &Sums)| {
            let (affiliate, brand) = self.parties.get(party as usize)?;
            Some(sums.row(affiliate, brand, currency, day))
        };
        let mut rows: Vec<MoneyRow> = self.accounts.iter().filter_map(row).collect();
        rows.sort_by(|a, b| {
            (&a.affiliate, &a.brand, a.currency, a.day).cmp(&(&b.affiliate, &b.brand, b.currency, b.day))
        });
        rows
    }

    fn take<'a>(&mut self, bulk: &Bulk<'a>, journey: usize, made: &Journey<'a>, known: &mut Parties<'a>) {
        let party = self.party_of(&made.player, known);
        self.party[journey] = party;
        for event in &made.events {
            let Some(place) = bulk.layout.place(event.key) else { continue };
            // Journeys span years at most, which is far below the 136 that 32 bits of seconds are.
            self.when[place] = u32::try_from(event.at - self.start).unwrap_or(u32::MAX);
            let cell = bulk.cells[place];
            let owed = event.detail.money().zip(owed_amount_of(event.key.kind, event.detail.money()));
            if let (Some((money, amount)), true) = (owed, cell.is_sent() && bulk.terms.booked.contains(&event.key.kind))
            {
                let account = (party, money.currency(), event.at.div_euclid(86_400));
                self.accounts.entry(account).or_default().owe(amount.decimal(), cell.any_ok(), cell.any_info());
            }
        }
    }

    fn party_of<'a>(&mut self, player: &Player<'a>, known: &mut Parties<'a>) -> u32 {
        let names = (player.affiliate.as_str(), player.brand.as_str());
        *known.entry(names).or_insert_with(|| {
            self.parties.push((names.0.to_owned(), names.1.to_owned()));
            u32::try_from(self.parties.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The currency that a credit names, if it is one.
    fn currency(&mut self, row: &CreditRow<'_>) -> Option<Currency> {
        let code = row.currency.as_deref()?;
        let met = self.currencies.iter().find(|currency| currency.code() == code).copied();
        met.or_else(|| {
            let new = code.parse().ok()?;
            self.currencies.push(new);
            Some(new)
        })
    }
}
