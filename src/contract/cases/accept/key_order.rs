//! `accept.key-order`: members in another order than the canonical one.

use crate::contract::{Card, Case, Scene, Spelling};

pub(super) struct KeyOrder;

impl Case for KeyOrder {
    fn card(&self) -> Card {
        Card {
            id: "accept.key-order",
            rule: "seed 003 §5, §13.4",
            expected: "200, credited once: the canonical form is the same",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.respelled(Spelling::Backwards));
    }
}
