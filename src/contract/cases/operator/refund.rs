//! `operator.refund`: a deposit that the operator pays back, and one that the player's bank takes back.

use super::{BRAND, credited, money, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Refund;

impl Case for Refund {
    fn card(&self) -> Card {
        Card {
            id: "operator.refund",
            rule: "seed 003 §8: negative income events",
            expected: "the tracker credits both reversals once, with negative amounts",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let (first, second) = (Some(money(10_050, "EUR")), Some(money(6_025, "EUR")));
        scene.visit(
            BRAND,
            &[
                (EventKind::Registration, None),
                (EventKind::Deposit, first),
                (EventKind::Deposit, second),
                (EventKind::Refund, first),
                (EventKind::Chargeback, second),
            ],
        );
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited(trial)
    }
}
