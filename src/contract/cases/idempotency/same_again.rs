//! `idempotency.same-again`: the same delivery a second time.

use crate::contract::{Card, Case, Owed, Scene};

pub(super) struct SameAgain;

impl Case for SameAgain {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.same-again",
            rule: "seed 003 §5, §8, §14.1",
            expected: "200 with \"idempotent\": true, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let first = scene.accepted(deposit.clone());
        scene.again(&first, deposit, Owed::Repeat);
    }
}
