//! `refund.above-deposit`: more money goes back than came in.

use super::UNCOVERED;
use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct AboveDeposit;

impl Case for AboveDeposit {
    fn card(&self) -> Card {
        Card {
            id: "refund.above-deposit",
            rule: "left open by seed 003 §8; contract.policies.refund_above_deposit",
            expected: "taken or refused, and the target keeps to its answer",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let policy = scene.terms.contract.policies.refund_above_deposit;
        let deposit = scene.deposit(&player);
        let Some(paid) = deposit.amount() else { return };
        scene.ground(deposit);
        let above = paid.other();
        let refund = scene.event(&player, EventKind::Refund).money(above, &above.amount().to_string());
        scene.by_policy(policy, refund, UNCOVERED);
    }
}
