//! `idempotency.different-body`: another amount, rightly signed, under a known id. The first value stands.

use crate::contract::{Card, Case, Owed, Scene};
use crate::model::Money;

pub(super) struct DifferentBody;

impl Case for DifferentBody {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.different-body",
            rule: "seed 003 §5, §8",
            expected: "409, 422, or 200 as a repeat; the first value stands",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let Some(money) = deposit.amount() else { return };
        scene.ground(deposit.clone());
        let owed = Owed::by_another_body(scene.terms.contract.policies.different_body);
        let other = Money::other(money);
        scene.conflicting(deposit.money(other, &other.amount().to_string()), owed);
    }
}
