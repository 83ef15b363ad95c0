//! `refund.negative-income`: part of a deposit goes back, by the operator and by the bank.

use crate::contract::{Card, Case, Scene, Terms, Unfit};
use crate::model::{EventKind, Money};

pub(super) struct NegativeIncome;

impl Case for NegativeIncome {
    fn card(&self) -> Card {
        Card {
            id: "refund.negative-income",
            rule: "seed 003 §8: negative income events",
            expected: "200, both booked with negative amounts, to the cent",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_read_back()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let Some(paid) = deposit.amount() else { return };
        scene.ground(deposit);
        for (kind, minor) in [(EventKind::Refund, 4_050), (EventKind::Chargeback, 1_925)] {
            let part = Money::from_minor(minor, paid.currency());
            let back = scene.event(&player, kind).money(part, &part.amount().to_string());
            scene.accepted(back);
        }
    }
}
