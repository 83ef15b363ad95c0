//! `ftd.first-counts`: an account's first deposit, of exactly the minimum.

use super::{told_by_flag, usd};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::Money;

pub(super) struct FirstCounts;

impl Case for FirstCounts {
    fn card(&self) -> Card {
        Card {
            id: "ftd.first-counts",
            rule: "seed 003 §8: minimum deposit",
            expected: "200, credited once with is_ftd true: the minimum itself is enough",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_read_back()?;
        super::minimum(terms).map(drop)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Ok(minimum) = super::minimum(scene.terms) else { return };
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.money(Money::from_minor(minimum, usd()), &scene.terms.ftd_minimum.to_string()));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        told_by_flag(trial)
    }
}
