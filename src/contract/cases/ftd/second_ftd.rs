//! `ftd.second-ftd`: a second deposit of an account that is said to be its first.

use super::told_by_flag;
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};

pub(super) struct SecondFtd;

impl Case for SecondFtd {
    fn card(&self) -> Card {
        Card {
            id: "ftd.second-ftd",
            rule: "seed 003 §8, §13.1",
            expected: "refused, or booked as an ordinary deposit: not with is_ftd true",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_read_back()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let second = scene.deposit(&player);
        scene.open(second);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        told_by_flag(trial)
    }
}
