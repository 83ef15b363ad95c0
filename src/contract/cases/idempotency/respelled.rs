//! `idempotency.respelled`: the same document again, in another order and with other blanks.

use crate::contract::{Card, Case, Owed, Scene, Spelling};

pub(super) struct Respelled;

impl Case for Respelled {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.respelled",
            rule: "seed 003 §5, §8",
            expected: "200 with \"idempotent\": true, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let first = scene.accepted(deposit.clone());
        for spelling in [Spelling::Backwards, Spelling::Spaced] {
            scene.again(&first, deposit.clone().respelled(spelling), Owed::Repeat);
        }
    }
}
