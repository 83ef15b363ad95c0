//! The second half: every credit of the books, as it goes by, in any order. The books can be read again and again.

use std::collections::BTreeMap;

use super::attempts::Bulk;
use super::cell::{Bound, Cell};
use super::exercised::Exercised;
use super::old::Age;
use super::proof::{self, BulkProof, BulkRow};
use super::recall::Recall;
use crate::model::{Credit, CreditRow, EventKey, EventKind, Label, Money, Sent};
use crate::oracle::compare::{instant, mismatches, owed_amount_of, same_amount, utc_seconds};
use crate::oracle::{Mismatch, Standing, fingerprint};

/// Corrupt credits whose values are kept, to be named.
const NAMED_CORRUPT: usize = 16;
/// Unexpected credits that are kept, to be named.
const NAMED_UNEXPECTED: usize = 5;

/// A load whose books are being read.
pub struct Reading<'a> {
    bulk: Bulk<'a>,
    recall: Recall,
    exercised: Exercised,
    /// Of the first events, in the order of their keys, whose credit says something else than was sent: what.
    corrupt: BTreeMap<EventKey, Vec<Mismatch>>,
    tally: Tally,
}

/// What one reading came across, besides events.
#[derive(Default)]
struct Tally {
    tells_ftd: bool,
    /// New credits of this run.
    booked: u64,
    unexpected: u64,
    foreign: u64,
    first_unexpected: Vec<Credit>,
    dropped: u64,
}

impl<'a> Reading<'a> {
    pub(super) fn new(mut bulk: Bulk<'a>) -> Self {
        bulk.old.begin();
        let mut exercised = Exercised::none();
        let recall = Recall::new(&bulk, &mut |journey| exercised.see(&bulk, journey));
        Self { bulk, recall, exercised, corrupt: BTreeMap::new(), tally: Tally::default() }
    }

    /// Forgets all credits, so that the books can be read again from the beginning.
    pub fn begin_again(&mut self) {
        self.bulk.cells.iter_mut().for_each(Cell::forget_credits);
        self.bulk.forgeries.forget_credits();
        self.bulk.old.begin();
        self.recall.forget_booked();
        self.corrupt.clear();
        self.tally = Tally::default();
    }

    /// Takes in one credit.
    pub fn credit(&mut self, row: &CreditRow<'_>) {
        self.tally.tells_ftd |= row.is_ftd.is_some();
        match self.bulk.old.age(row) {
            Age::New => self.book(row),
            Age::Old | Age::Unclear => {}
            Age::Dropped => self.tally.dropped += 1,
        }
    }

    /// Ends one reading of the books: what is new of the credits that changed since they stood there before is booked.
    pub fn end(&mut self) {
        for credit in self.bulk.old.settled() {
            self.book(&credit.row());
        }
    }

    /// Acknowledged events that the books must hold and do not.
    pub fn missing(&self) -> u64 {
        let booked = self.bulk.terms.booked;
        let missing = |cell: &&Cell| cell.any_ok() && cell.credits() == 0 && booked.contains(&cell.kind());
        self.bulk.cells.iter().filter(missing).count() as u64
    }

    /// New credits of this run so far.
    pub fn booked(&self) -> u64 {
        self.tally.booked
    }

    /// The proof. `unsettled` says that credits may still have been on their way when the books were read.
    pub fn prove(&self, unsettled: bool) -> BulkProof {
        let mut proof = BulkProof {
            tells_ftd: self.tally.tells_ftd,
            booked: self.tally.booked,
            unexpected: self.tally.unexpected,
            first_unexpected: self.tally.first_unexpected.clone(),
            foreign: self.tally.foreign,
            unjudged: self.bulk.unjudged + self.tally.dropped,
            exercises: self.exercised.told(&self.bulk),
            money: self.recall.money(),
            ..BulkProof::new(&self.bulk)
        };
        self.rows(unsettled, &mut |row| {
            let found = if proof.names(row) { self.found(row) } else { Vec::new() };
            proof.add_named(self.bulk.terms.ids, row, &found);
        });
        proof
    }

    /// Every delivery and where it stands, genuine ones first, in the order of journeys. What exactly is corrupt is not told.
    pub fn rows(&self, unsettled: bool, visit: &mut dyn FnMut(&BulkRow)) {
        let standing = |place: usize, cell: Cell| {
            let owes_ftd = fingerprint::owes_ftd(self.bulk.owed[place]);
            let ftd = self.tally.tells_ftd.then_some(owes_ftd);
            cell.standing(Bound { held: self.bulk.terms.booked.contains(&cell.kind()), unsettled, ftd })
        };
        proof::visit(&self.bulk, &standing, visit);
    }

    /// What exactly is corrupt, so far as it was kept.
    fn found(&self, row: &BulkRow) -> Vec<Mismatch> {
        let (Standing::Corrupt(_), Some(place)) = (&row.standing, self.bulk.layout.place(row.key)) else {
            return Vec::new();
        };
        let cell = self.bulk.cells[place];
        let mut found = self.corrupt.get(&row.key).cloned().unwrap_or_default();
        let owed = fingerprint::owes_ftd(self.bulk.owed[place]);
        let incomplete = cell.is_corrupt() && found.is_empty();
        if self.tally.tells_ftd && owed != cell.told_ftd() && !incomplete {
            found.push(Mismatch { field: "is_ftd", owed: owed.to_string(), booked: cell.told_ftd().to_string() });
        }
        found
    }

    /// Books a new credit for whatever it is for.
    fn book(&mut self, row: &CreditRow<'_>) {
        let Some(key) = self.bulk.terms.ids.parse(&row.event_id) else { return self.stranger(row) };
        let Some(place) = self.bulk.layout.place(key) else { return self.stranger(row) };
        let cell = self.bulk.cells[place];
        let known = if key.slot >= EventKey::SLOTS {
            self.bulk.forgeries.credit(key)
        } else {
            (cell.is_sent() || cell.is_conflicted()) && cell.kind() == key.kind
        };
        if !known {
            return self.stranger(row);
        }
        self.tally.booked += 1;
        if key.slot < EventKey::SLOTS {
            self.event(key, place, row);
        }
        // Books that need not hold a kind may hold it all the same; its money counts on neither side.
        if self.bulk.terms.booked.contains(&key.kind) {
            self.recall.book(journey(key), place, row);
        }
    }

    /// A credit under the id of a genuine event.
    fn event(&mut self, key: EventKey, place: usize, row: &CreditRow<'_>) {
        let told_ftd = row.is_ftd.unwrap_or(false);
        let cell = self.bulk.cells[place];
        if cell.is_sent() && self.is_as_sent(key, place, row) {
            return self.bulk.cells[place].credit(told_ftd, false);
        }
        let Some(sent) = self.made_again(key) else {
            self.tally.dropped += 1;
            return;
        };
        let other = owed_amount_of(key.kind, sent.money.map(Money::other));
        if cell.is_conflicted() && same_amount(other, row.amount.as_ref()) {
            // The other body's amount makes it the other body's credit.
            self.bulk.forgeries.credit(key);
        } else if cell.is_sent() {
            let found = mismatches(&sent, &row.to_credit(), None);
            self.bulk.cells[place].credit(told_ftd, !found.is_empty());
            if !found.is_empty() {
                self.corrupt.insert(key, found);
            }
            if self.corrupt.len() > NAMED_CORRUPT {
                self.corrupt.pop_last();
            }
        }
    }

    /// Whether a credit says what was sent, told without making the journey again; `false` leaves that open.
    fn is_as_sent(&self, key: EventKey, place: usize, row: &CreditRow<'_>) -> bool {
        let word = |word: &str| word == key.kind.name() || EventKind::from_name(word).is_none();
        let time = |told: &str| {
            let at = self.recall.at(place);
            utc_seconds(told) == Some(at) || instant(told).is_none_or(|told| told == at)
        };
        fingerprint::says(self.bulk.owed[place], key.kind, row)
            && row.event.as_deref().is_none_or(word)
            && row.brand.as_ref().is_none_or(|brand| brand.as_deref() == Some(self.recall.brand(journey(key))))
            && row.ts_event.as_ref().is_none_or(|told| told.as_deref().is_some_and(time))
    }

    /// What was sent, made again from the seed.
    fn made_again(&self, key: EventKey) -> Option<Sent> {
        let terms = &self.bulk.terms;
        let mut made = terms.journeys.journey(key.journey);
        made.player.click_id = Label::new(terms.clicks.of(key.journey));
        let event = made.events.iter().find(|event| event.key == key)?;
        Some(Sent::of(terms.ids, &made.player, event))
    }

    /// A credit that no delivery explains.
    fn stranger(&mut self, row: &CreditRow<'_>) {
        let terms = &self.bulk.terms;
        let by_click = row.click_id.as_deref().and_then(|click| terms.clicks.journey(click));
        let by_click = by_click.and_then(|journey| usize::try_from(journey).ok());
        let by_click = by_click.filter(|&journey| self.bulk.is_touched(journey));
        if !terms.ids.bears_tag(&row.event_id) && by_click.is_none() {
            self.tally.foreign += 1;
            return;
        }
        self.tally.booked += 1;
        self.tally.unexpected += 1;
        if self.tally.first_unexpected.len() < NAMED_UNEXPECTED {
            self.tally.first_unexpected.push(row.to_credit());
        }
        if let Some((journey, place)) = by_click.and_then(|journey| self.last_sent(journey)) {
            self.recall.book(journey, place, row);
        }
    }

    /// The last event of a journey that was sent, where one was.
    fn last_sent(&self, journey: usize) -> Option<(usize, usize)> {
        let mut places = self.bulk.layout.range(journey);
        places.rfind(|&place| self.bulk.cells[place].is_sent()).map(|place| (journey, place))
    }
}

/// The number of a journey as a place; keys that are judged are below the number of places.
fn journey(key: EventKey) -> usize {
    usize::try_from(key.journey).unwrap_or(usize::MAX)
}
