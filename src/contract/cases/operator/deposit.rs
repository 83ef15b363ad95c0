//! `operator.deposit`: a first deposit in a currency of its own, to the cent.

use super::{BRAND, credited, money, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Deposit;

impl Case for Deposit {
    fn card(&self) -> Card {
        Card {
            id: "operator.deposit",
            rule: "seed 003 §4, §5",
            expected: "the tracker credits it once, with exactly 1234.57 BRL",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let paid = Some(money(123_457, "BRL"));
        scene.visit(BRAND, &[(EventKind::Registration, None), (EventKind::Deposit, paid)]);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited(trial)
    }
}
