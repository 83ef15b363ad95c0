//! `signature.missing`: no signature at all.

use super::UNSIGNED;
use crate::contract::{Card, Case, Scene};

pub(super) struct Missing;

impl Case for Missing {
    fn card(&self) -> Card {
        Card { id: "signature.missing", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.sealed_by(Vec::new()), UNSIGNED);
    }
}
