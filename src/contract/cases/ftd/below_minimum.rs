//! `ftd.below-minimum`: a first deposit one cent below the minimum, said to be an FTD.

use super::{told_by_flag, usd};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::Money;

pub(super) struct BelowMinimum;

impl Case for BelowMinimum {
    fn card(&self) -> Card {
        Card {
            id: "ftd.below-minimum",
            rule: "seed 003 §8: minimum deposit",
            expected: "refused, or booked as an ordinary deposit: not with is_ftd true",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_read_back()?;
        match super::minimum(terms)? {
            0 | 1 => Err("no deposit can be below the minimum (contract.ftd.minimum)"),
            _ => Ok(()),
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Ok(minimum) = super::minimum(scene.terms) else { return };
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let below = Money::from_minor(minimum.saturating_sub(1), usd());
        scene.open(deposit.money(below, &below.amount().to_string()));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        told_by_flag(trial)
    }
}
