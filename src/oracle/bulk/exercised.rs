//! What each kind of fault came to in a load. Which events a fault was done to is told by the seed and the rates, as it was
//! when they were sent; whether it took effect, by what their attempts left behind.

use std::collections::BTreeMap;

use super::attempts::Bulk;
use crate::fault::faults_by_rate;
use crate::journey::Journey;
use crate::model::{FaultKind, Purpose};
use crate::oracle::Exercise;
use crate::scenario::Rate;

/// The faults that are done to a load.
#[derive(Clone, Copy)]
pub(super) struct Faults<'a> {
    pub(super) rates: &'a [Rate],
    pub(super) seed: u64,
}

/// Deliveries that faults were done to, and of those the ones where they took effect.
pub(super) struct Exercised {
    counts: BTreeMap<FaultKind, (u64, u64)>,
}

impl Exercised {
    pub(super) fn none() -> Self {
        Self { counts: BTreeMap::new() }
    }

    /// Counts what was done to the genuine events of a journey that was sent.
    pub(super) fn see(&mut self, bulk: &Bulk<'_>, journey: &Journey<'_>) {
        let Some(Faults { rates, seed }) = bulk.faults else { return };
        for event in &journey.events {
            let Some(place) = bulk.layout.place(event.key).filter(|&place| bulk.cells[place].is_sent()) else {
                continue;
            };
            for kind in faults_by_rate(rates, journey, event, seed).genuine {
                let (sent, reached) = self.counts.entry(kind).or_default();
                *sent += 1;
                *reached += u64::from(bulk.traces[place].took_effect(kind));
            }
        }
    }

    /// What every kind came to, in the order of the rates; forgeries are counted now.
    pub(super) fn told(&self, bulk: &Bulk<'_>) -> Vec<Exercise> {
        let Some(Faults { rates, .. }) = bulk.faults else { return Vec::new() };
        let mut counts = self.counts.clone();
        let mut odd: BTreeMap<FaultKind, (u64, String)> = BTreeMap::new();
        for forgery in bulk.forgeries.sorted() {
            let (Purpose::Forged(name) | Purpose::Conflicting(name)) = forgery.purpose() else { continue };
            let Some(kind) = FaultKind::from_name(name) else { continue };
            let (sent, reached) = counts.entry(kind).or_default();
            *sent += 1;
            *reached += u64::from(forgery.is_answered());
            if forgery.is_odd() {
                odd.entry(kind).or_insert_with(|| (0, bulk.terms.ids.event(forgery.key))).0 += 1;
            }
        }
        let exercise = |rate: &Rate| {
            let (sent, reached) = counts.get(&rate.kind).copied().unwrap_or_default();
            let odd = odd.get(&rate.kind);
            let odd = odd.map(|(count, first)| format!("{count} answered with a 5xx or a redirect, such as {first}"));
            let odd = odd.into_iter().collect();
            Exercise { kind: rate.kind, sent, reached, odd, tolerated: Vec::new(), touched: Vec::new() }
        };
        rates.iter().map(exercise).collect()
    }
}
