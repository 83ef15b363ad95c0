//! What one log has twice. A transaction is one conversion, an account has one first deposit, and a sighting without either is the same
//! as another one of its click.

use std::collections::HashMap;

use super::super::pairing::{Doubled, Side};
use super::super::sighting::{Method, TextId};
use super::index::{Index, Key, Keyed, runs, says_something};

/// A side sorted by the ids that say most; what was found doubled still stands in it.
pub(super) struct Sorted {
    pub(super) transactions: Vec<Keyed>,
    pub(super) accounts: Vec<Keyed>,
}

/// What was found so far, and what is still open.
struct Finding<'a> {
    method: Method,
    open: &'a mut [bool],
    found: Vec<Doubled>,
}

/// Finds what a log has twice among what is open, and closes it.
pub(super) fn doubles(side: &Side, method: Method, by_brand: bool, open: &mut [bool]) -> (Vec<Doubled>, Sorted) {
    let sorted = |key, open: &[bool]| Index { side, key, by_brand }.sorted(open);
    let mut finding = Finding { method, open, found: Vec::new() };
    let transactions = sorted(Key::Transaction, finding.open);
    runs(&transactions).for_each(|run| finding.same(run));
    let accounts = sorted(Key::Account, finding.open);
    runs(&accounts).for_each(|run| finding.same(run));
    if (0..).zip(&*finding.open).any(|(place, open)| *open && is_bare(side, place)) {
        runs(&sorted(Key::Click, finding.open)).for_each(|run| finding.bare(side, run));
    }
    (finding.settled(), Sorted { transactions, accounts })
}

impl Finding<'_> {
    /// All of a run are one conversion, of which the first counts.
    fn same(&mut self, run: &[Keyed]) {
        if let [first, again @ ..] = run {
            for again in again {
                self.close(first.place, again.place);
            }
        }
    }

    /// Those of a click that have no other id are the same as the first one that has, or as the first of all.
    fn bare(&mut self, side: &Side, run: &[Keyed]) {
        let first = run.iter().find(|keyed| !is_bare(side, keyed.place)).or(run.first());
        let Some(first) = first.map(|first| first.place) else { return };
        let others = run.iter().filter(|keyed| keyed.place != first && is_bare(side, keyed.place));
        others.for_each(|again| self.close(first, again.place));
    }

    fn close(&mut self, first: u32, again: u32) {
        if let Some(open) = self.open.get_mut(again as usize) {
            *open = false;
        }
        self.found.push(Doubled { method: self.method, first, again });
    }

    /// What was found, by place, each with the one that counts in the end: the first of some may have been found doubled later.
    fn settled(self) -> Vec<Doubled> {
        let firsts: HashMap<u32, u32> = self.found.iter().map(|doubled| (doubled.again, doubled.first)).collect();
        let mut found = self.found;
        for doubled in &mut found {
            // What is closed is never closed again, so that a chain has as many links as there are kinds of ids.
            while let Some(first) = firsts.get(&doubled.first) {
                doubled.first = *first;
            }
        }
        found.sort_unstable_by_key(|doubled| doubled.again);
        found
    }
}

/// Whether a sighting has neither transaction nor account.
fn is_bare(side: &Side, place: u32) -> bool {
    let says = |id: Option<TextId>| id.is_some_and(|id| says_something(side.texts.get(id)));
    side.sighting(place).is_some_and(|sighting| !says(sighting.transaction) && !says(sighting.account))
}
