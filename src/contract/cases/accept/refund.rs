//! `accept.refund`: money that went back to the player.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct Refund;

impl Case for Refund {
    fn card(&self) -> Card {
        Card { id: "accept.refund", rule: "seed 003 §8", expected: "200, credited once, as negative income" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.ground(deposit);
        let back = scene.event(&player, EventKind::Refund);
        scene.accepted(back);
    }
}
