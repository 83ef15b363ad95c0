//! `accept.chargeback`: money that the player's bank took back.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct Chargeback;

impl Case for Chargeback {
    fn card(&self) -> Card {
        Card { id: "accept.chargeback", rule: "seed 003 §8", expected: "200, credited once, as negative income" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.ground(deposit);
        let back = scene.event(&player, EventKind::Chargeback);
        scene.accepted(back);
    }
}
