//! What became of a load: the figures, the first offenders by name, and every delivery's row on demand.

use super::attempts::Bulk;
use super::cell::Cell;
use super::offenders::Offenders;
use crate::model::{Credit, EventKey, Ids, Purpose, Verdict};
use crate::oracle::{Exercise, Ledger, Mismatch, MoneyRow, Standing, checks::describe};

/// What became of everything that a load sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkProof {
    /// The figures, counted as those of [`crate::oracle::Proof`].
    pub ledger: Ledger,
    /// Events of kinds that the books hold, of which an attempt was `ok`.
    pub acknowledged: u64,
    /// New credits of this run, whatever they are for.
    pub booked: u64,
    /// New credits of this run that no delivery explains.
    pub unexpected: u64,
    /// The first of those.
    pub first_unexpected: Vec<Credit>,
    /// New credits that have nothing to do with this run.
    pub foreign: u64,
    /// Whether the books tell of FTDs at all.
    pub tells_ftd: bool,
    /// Whether answers told of repeats, where they are the only evidence.
    pub answers_flagged: bool,
    /// Records of another plan, and what was refused by a bound. A proof that leaves something out is inconclusive.
    pub unjudged: u64,
    /// The first few deliveries of each bad standing.
    pub offenders: Offenders,
    /// What the faults came to that were done to it, in the order of their rates.
    pub exercises: Vec<Exercise>,
    /// The money bound by affiliate, brand, currency and UTC day; empty without books.
    pub money: Vec<MoneyRow>,
}

/// One delivery and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRow {
    /// Its id as numbers.
    pub key: EventKey,
    /// What it was sent for.
    pub purpose: Purpose,
    /// What became of it.
    pub standing: Standing,
    /// Whether it was acknowledged, and is of a kind that the books hold.
    is_owed: bool,
    /// Whether it was refused with a 4xx; told of forgeries alone.
    is_refused: bool,
}

impl BulkProof {
    pub(super) fn new(bulk: &Bulk<'_>) -> Self {
        let ledger = Ledger { attempts: bulk.attempts, ..Ledger::default() };
        Self { ledger, unjudged: bulk.unjudged, ..Self::default() }
    }

    pub(super) fn add(&mut self, ids: &Ids, row: &BulkRow) {
        self.add_named(ids, row, &[]);
    }

    /// Whether a delivery will be named.
    pub(super) fn names(&self, row: &BulkRow) -> bool {
        row.standing.verdict() > Verdict::Pass && self.offenders.has_room(row.standing.word())
    }

    /// Counts a delivery, and names it if it is among the first of a bad standing.
    pub(super) fn add_named(&mut self, ids: &Ids, row: &BulkRow, found: &[Mismatch]) {
        if row.purpose == Purpose::Genuine {
            self.ledger.events += 1;
            self.acknowledged += u64::from(row.is_owed);
        } else {
            self.ledger.forgeries += 1;
            self.ledger.forgeries_refused += u64::from(row.is_refused);
        }
        self.ledger.add(&row.standing);
        if self.names(row) {
            let word = row.standing.word();
            let standing = match &row.standing {
                Standing::Corrupt(_) if found.is_empty() => None,
                Standing::Corrupt(_) => Some(Standing::Corrupt(found.to_vec())),
                other => Some(other.clone()),
            };
            let id = ids.event(row.key);
            let text =
                standing.map_or_else(|| format!("{id} {word}"), |standing| describe(&id, &standing, row.purpose));
            self.offenders.add(word, text);
        }
    }
}

/// Visits every delivery: genuine ones in the order of journeys, then forgeries in that of their ids' numbers.
pub(super) fn visit(bulk: &Bulk<'_>, standing: &dyn Fn(usize, Cell) -> Standing, visit: &mut dyn FnMut(&BulkRow)) {
    for journey in 0..bulk.layout.journeys() {
        for place in bulk.layout.range(journey) {
            let cell = bulk.cells[place];
            if !cell.is_sent() {
                continue;
            }
            let kind = cell.kind();
            visit(&BulkRow {
                key: EventKey { journey: journey as u64, slot: bulk.layout.slot(journey, place), kind },
                purpose: Purpose::Genuine,
                standing: standing(place, cell),
                is_owed: cell.any_ok() && bulk.terms.booked.contains(&kind),
                is_refused: false,
            });
        }
    }
    for forgery in bulk.forgeries.sorted() {
        visit(&BulkRow {
            key: forgery.key,
            purpose: forgery.purpose(),
            standing: forgery.standing(),
            is_owed: false,
            is_refused: forgery.is_refused(),
        });
    }
}
