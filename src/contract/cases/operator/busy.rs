//! `operator.busy`: more players at once than the tracker takes postbacks a second, so that the operator's sender is told to
//! come again.

use super::{BRAND, credited, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Busy;

/// Players for each postback a second that the tracker takes.
const TIMES: usize = 3;
/// Players at least: a rate of a few a second has to be met too.
const FEWEST: usize = 9;
/// Players at most; a higher rate is not met by visits.
const MOST: usize = 60;

/// How many players it takes to exceed the rate that the tracker has declared.
pub(super) fn players(terms: &Terms) -> Result<usize, Unfit> {
    let players = |rate: u32| usize::try_from(rate).unwrap_or(MOST).saturating_mul(TIMES).max(FEWEST);
    match terms.contract.rate.map(players) {
        None => Err("no rate is declared at which the tracker turns postbacks away (contract.rate)"),
        Some(players) if players > MOST => Err("the declared rate is too high to be met by visits (contract.rate)"),
        Some(players) => Ok(players),
    }
}

impl Case for Busy {
    fn card(&self) -> Card {
        Card {
            id: "operator.busy",
            rule: "seed 003 §5, §6 (retries with backoff)",
            expected: "what the tracker turned away for a moment comes again: every event is credited once",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)?;
        players(terms).map(drop)
    }

    fn alone(&self) -> bool {
        true
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for _ in 0..players(scene.terms).unwrap_or(0) {
            scene.visit(BRAND, &[(EventKind::Registration, None)]);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited(trial)
    }
}
