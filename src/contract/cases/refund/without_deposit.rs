//! `refund.without-deposit`: money goes back that never came in.

use super::UNCOVERED;
use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct WithoutDeposit;

impl Case for WithoutDeposit {
    fn card(&self) -> Card {
        Card {
            id: "refund.without-deposit",
            rule: "left open by seed 003 §8; contract.policies.refund_without_deposit",
            expected: "taken or refused, and the target keeps to its answer",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let policy = scene.terms.contract.policies.refund_without_deposit;
        let refund = scene.event(&player, EventKind::Refund);
        scene.by_policy(policy, refund, UNCOVERED);
    }
}
