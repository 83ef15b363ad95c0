//! Placement: the events that get each kind of fault. Of all events that a kind fits, those whose
//! hash(seed, event, kind) falls under the rate get it; where those are fewer than the floor,
//! the ones with the lowest hash do.

use std::collections::{BinaryHeap, HashMap};

use crate::journey::{Journey, Journeys};
use crate::model::{Event, EventKey, EventKind, FaultKind, Mixer};
use crate::scenario::{FaultPlan, Rate};

/// The faults of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFaults {
    /// Done to the event's own delivery.
    pub genuine: Vec<FaultKind>,
    /// Forgeries made from it.
    pub forged: Vec<FaultKind>,
}

/// Which event gets which faults.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    by_event: HashMap<EventKey, EventFaults>,
    spares: HashMap<FaultKind, Vec<EventKey>>,
}

/// How many further places are kept for a forgery whose bytes came out valid.
const SPARES: usize = 8;

impl Placement {
    /// Places every kind of the plan on the events of all journeys.
    pub fn new(plan: &FaultPlan, journeys: &Journeys<'_>, seed: u64) -> Self {
        let floor = usize::try_from(plan.at_least).unwrap_or(usize::MAX);
        let mut candidates: Vec<Candidates> = plan.rates.iter().map(|_| Candidates::new(floor)).collect();
        for index in 0..journeys.count() {
            let journey = journeys.journey(index);
            for event in &journey.events {
                for (rate, candidates) in plan.rates.iter().zip(&mut candidates) {
                    if fits(rate.kind, &journey, event) {
                        let hash = hash(seed, event.key, rate.kind);
                        candidates.add(hash.value(), event.key, hash.under(rate.share));
                    }
                }
            }
        }
        let mut placement = Self::default();
        for (rate, candidates) in plan.rates.iter().zip(candidates) {
            let (places, spares) = candidates.chosen();
            for key in places {
                placement.place(rate.kind, key);
            }
            placement.spares.insert(rate.kind, spares);
        }
        placement
    }

    /// The faults of an event; most have none.
    pub fn of(&self, key: EventKey) -> EventFaults {
        self.by_event.get(&key).cloned().unwrap_or_default()
    }

    /// Where a kind goes whose forgery came out valid, in this order.
    pub fn spares(&self, kind: FaultKind) -> &[EventKey] {
        self.spares.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn place(&mut self, kind: FaultKind, key: EventKey) {
        let faults = self.by_event.entry(key).or_default();
        if kind.is_forgery() {
            faults.forged.push(kind);
        } else {
            faults.genuine.push(kind);
        }
    }
}

/// The faults of one event by their rates alone, without a floor: for loads, whose events are too many to look at all of
/// them beforehand.
pub fn faults_by_rate(rates: &[Rate], journey: &Journey<'_>, event: &Event<'_>, seed: u64) -> EventFaults {
    let mut faults = EventFaults::default();
    for rate in rates {
        if hash(seed, event.key, rate.kind).under(rate.share) && fits(rate.kind, journey, event) {
            let kinds = if rate.kind.is_forgery() { &mut faults.forged } else { &mut faults.genuine };
            kinds.push(rate.kind);
        }
    }
    faults
}

/// The events that one kind may be done to: all that fall under the rate, and of the others only as many with the lowest
/// hash as the floor and the spares can ask for.
struct Candidates {
    floor: usize,
    under: Vec<(u64, EventKey)>,
    others: BinaryHeap<(u64, EventKey)>,
}

impl Candidates {
    fn new(floor: usize) -> Self {
        Self { floor, under: Vec::new(), others: BinaryHeap::new() }
    }

    fn add(&mut self, hash: u64, key: EventKey, under: bool) {
        if under {
            return self.under.push((hash, key));
        }
        self.others.push((hash, key));
        if self.others.len() > self.floor.saturating_add(SPARES) {
            self.others.pop();
        }
    }

    /// The events that get it, lowest hash first, and the spares.
    fn chosen(mut self) -> (Vec<EventKey>, Vec<EventKey>) {
        self.under.sort_unstable();
        let count = self.under.len().max(self.floor.min(self.under.len() + self.others.len()));
        let all = self.under.into_iter().chain(self.others.into_sorted_vec()).map(|(_, key)| key);
        let mut places: Vec<EventKey> = all.take(count + SPARES).collect();
        let spares = places.split_off(count);
        (places, spares)
    }
}

fn hash(seed: u64, key: EventKey, kind: FaultKind) -> Mixer {
    Mixer::new(seed).word(key.journey).word(u64::from(key.slot)).word(u64::from(kind.number()))
}

/// Whether a kind of fault makes sense for an event.
fn fits(kind: FaultKind, journey: &Journey<'_>, event: &Event<'_>) -> bool {
    let deposits = || journey.events.iter().any(|other| other.key.kind == EventKind::Deposit);
    let is_last = || journey.events.last().is_some_and(|last| last.key == event.key);
    match kind {
        FaultKind::Reordered => event.key.kind == EventKind::Registration && deposits(),
        // Deposits keep their order among themselves and before their reversal: a target may rightly
        // refuse a refund of what it has not seen.
        // A late FTD would undo a registration that is to come after it.
        FaultKind::Late => event.key.kind == EventKind::KycApproved || is_last() && !event.detail.says_ftd(),
        FaultKind::OtherAmount => event.key.kind == EventKind::Deposit,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
