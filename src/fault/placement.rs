//! Placement: the events that get each kind of fault. Of all events that a kind fits, those whose
//! hash(seed, event, kind) falls under the rate get it; where those are fewer than the floor,
//! the ones with the lowest hash do.

use std::collections::HashMap;

use crate::journey::{Journey, Journeys};
use crate::model::{Event, EventKey, EventKind, FaultKind, Mixer};
use crate::scenario::FaultPlan;

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
        let mut candidates: Vec<Vec<(u64, EventKey)>> = vec![Vec::new(); plan.rates.len()];
        for index in 0..journeys.count() {
            let journey = journeys.journey(index);
            for event in &journey.events {
                for (rate, fitting) in plan.rates.iter().zip(&mut candidates) {
                    if fits(rate.kind, &journey, event) {
                        fitting.push((hash(seed, event.key, rate.kind).value(), event.key));
                    }
                }
            }
        }
        let mut placement = Self::default();
        for (rate, mut fitting) in plan.rates.iter().zip(candidates) {
            fitting.sort_unstable();
            let under = fitting.partition_point(|&(_, key)| hash(seed, key, rate.kind).under(rate.share));
            let floor = usize::try_from(plan.at_least).unwrap_or(usize::MAX);
            let count = under.max(floor.min(fitting.len()));
            for &(_, key) in &fitting[..count] {
                placement.place(rate.kind, key);
            }
            let spares = fitting[count..].iter().take(SPARES).map(|&(_, key)| key).collect();
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
        FaultKind::Late => event.key.kind == EventKind::KycApproved || is_last(),
        FaultKind::OtherAmount => event.key.kind == EventKind::Deposit,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
