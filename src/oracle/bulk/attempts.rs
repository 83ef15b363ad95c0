//! The first half: every attempt of the ledger, as it goes by.

use super::again::made_again;
use super::cell::Cell;
use super::clicks::Clicks;
use super::exercised::{Exercised, Faults};
use super::forgeries::Forgeries;
use super::layout::Layout;
use super::old::Old;
use super::proof::{self, BulkProof, BulkRow};
use super::reading::Reading;
use crate::journey::Journeys;
use crate::model::{CreditRow, EventKey, EventKind, Ids, Outcome, Record, Stance};
use crate::oracle::trace::Trace;
use crate::scenario::{Rate, Traffic};

/// What a load was made from.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// Its journeys.
    pub journeys: &'a Journeys<'a>,
    /// Its ids.
    pub ids: &'a Ids,
    /// Its click ids.
    pub clicks: &'a dyn Clicks,
    /// Whether it sends all events of a journey, or one of each.
    pub traffic: Traffic,
    /// The kinds of events that the books hold; as in [`crate::oracle::Evidence::booked`].
    pub booked: &'a [EventKind],
}

/// All that is known of a load before its books are read. Memory: 6 bytes an event (10 once books are read), one more
/// where faults are done to it, 4 to 8 a journey, and up to 100 MB for forgeries and old credits where there are millions of them.
pub struct Bulk<'a> {
    pub(super) terms: Terms<'a>,
    pub(super) layout: Layout,
    pub(super) cells: Vec<Cell>,
    /// The fingerprint of what each event owes.
    pub(super) owed: Vec<u32>,
    /// What the attempts of each event left behind; empty where no faults are done.
    pub(super) traces: Vec<Trace>,
    pub(super) faults: Option<Faults<'a>>,
    pub(super) forgeries: Forgeries,
    pub(super) old: Old,
    pub(super) attempts: u64,
    /// Records and credits that could not be judged.
    pub(super) unjudged: u64,
    /// Whether any answer told whether its event was new.
    pub(super) flagged: bool,
}

/// More events than are judged at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the load has more events than the {most} that can be judged at once; split it into shards")]
pub struct TooManyEvents {
    /// How many can be.
    pub most: u64,
}

impl<'a> Bulk<'a> {
    /// Makes room for every event of the journeys; what is not touched costs no memory.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new(terms: Terms<'a>) -> Result<Self, TooManyEvents> {
        let layout = Layout::new(terms.journeys, terms.traffic)?;
        Ok(Self {
            terms,
            cells: vec![Cell::default(); layout.len()],
            owed: vec![0; layout.len()],
            layout,
            traces: Vec::new(),
            faults: None,
            forgeries: Forgeries::default(),
            old: Old::default(),
            attempts: 0,
            unjudged: 0,
            flagged: false,
        })
    }

    /// Looks besides at what became of the faults that were done by these rates and that seed. To be said before the first
    /// attempt.
    #[must_use]
    pub fn exercising(mut self, rates: &'a [Rate], seed: u64) -> Self {
        if !rates.is_empty() {
            self.traces = vec![Trace::default(); self.layout.len()];
            self.faults = Some(Faults { rates, seed });
        }
        self
    }

    /// Takes in one attempt. The order is of no matter.
    pub fn attempt(&mut self, record: &Record) {
        self.attempts += 1;
        self.flagged |= matches!(record.outcome, Outcome::Ok { repeat: Some(_) });
        let forged = record.key.slot >= EventKey::SLOTS;
        let Some(place) = self.layout.claim(record.key).filter(|_| forged == (record.stance == Stance::Forged)) else {
            // The record is of another plan.
            self.unjudged += 1;
            return;
        };
        let cell = &mut self.cells[place];
        match record.stance {
            Stance::Genuine => {
                cell.answered(record.key.kind, record.outcome);
                self.owed[place] = record.owed;
                if let Some(trace) = self.traces.get_mut(place) {
                    trace.note(record.outcome);
                }
            }
            Stance::Conflicting => cell.conflict(record.key.kind),
            Stance::Forged => cell.forge(),
        }
        if record.stance != Stance::Genuine && !self.forgeries.answered(record.key, record.outcome) {
            self.unjudged += 1;
        }
    }

    /// Notes that a genuine event was given up and stands in the sender's DLQ.
    pub fn dead_letter(&mut self, key: EventKey) {
        if let Some(place) = self.layout.place(key) {
            self.cells[place].dead_letter();
        }
    }

    /// Takes in a credit that stood in the books before the run.
    pub fn stood_before(&mut self, row: &CreditRow<'_>) {
        if !self.old.add(row) {
            self.unjudged += 1;
        }
    }

    /// Ends the attempts and begins to read the books. Makes every journey again, some microseconds each.
    pub fn read(self) -> Reading<'a> {
        Reading::new(self)
    }

    /// The proof where the answers are the only evidence.
    pub fn prove_by_answers(&self) -> BulkProof {
        let mut faults = Exercised::none();
        if self.faults.is_some() {
            made_again(self, &mut |_, journey| faults.see(self, journey));
        }
        let mut proof =
            BulkProof { answers_flagged: self.flagged, exercises: faults.told(self), ..BulkProof::new(self) };
        self.rows(&mut |row| proof.add(self.terms.ids, row));
        proof
    }

    /// Every delivery and where it stands by the answers, genuine ones first, in the order of journeys.
    pub fn rows(&self, visit: &mut dyn FnMut(&BulkRow)) {
        proof::visit(self, &|_, cell| cell.standing_by_answers(), visit);
    }

    /// Whether anything of a journey was sent.
    pub(super) fn is_touched(&self, journey: usize) -> bool {
        self.cells[self.layout.range(journey)].iter().any(|cell| cell.is_touched())
    }
}
