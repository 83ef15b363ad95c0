//! `operator.repeat-deposit`: a second deposit that would be large enough for an FTD, after a first one that was too small.
//! Only a wrong claim makes it one: a tracker that knows an account's FTD already is not misled by a second.

use super::{BRAND, credited, money, need_operator};
use crate::contract::cases::ftd;
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::{EventKind, Verdict};

pub(super) struct RepeatDeposit;

impl Case for RepeatDeposit {
    fn card(&self) -> Card {
        Card {
            id: "operator.repeat-deposit",
            rule: "seed 003 §8, §13.7",
            expected: "the tracker credits both once, and neither with is_ftd true",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)?;
        match ftd::minimum(terms)? {
            0 | 1 => Err("no deposit can be below the minimum (contract.ftd.minimum)"),
            _ => Ok(()),
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Ok(minimum) = ftd::minimum(scene.terms) else { return };
        let (below, above) = (minimum.saturating_sub(1), minimum.saturating_mul(2));
        let deposit = |cents| (EventKind::Deposit, Some(money(cents, "USD")));
        scene.visit(BRAND, &[(EventKind::Registration, None), deposit(below), deposit(above)]);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        match credited(trial) {
            found if found.verdict == Verdict::Pass && !trial.tells_ftd => {
                Finding::skipped("no credit has `is_ftd`, so that nobody can tell")
            }
            found => found,
        }
    }
}
