//! `signature.empty`: the place of the signature is there, and empty.

use super::UNSIGNED;
use crate::contract::{Card, Case, Cut, Scene, Seal};

pub(super) struct Empty;

impl Case for Empty {
    fn card(&self) -> Card {
        Card { id: "signature.empty", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.sealed(Seal { cut: Cut::Empty, ..Seal::default() }), UNSIGNED);
    }
}
