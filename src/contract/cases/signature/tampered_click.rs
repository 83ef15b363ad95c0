//! `signature.tampered-click`: the deposit of one player, put to the click of another one after signing.

use super::UNSIGNED;
use crate::contract::{Card, Case, Scene, Seal};

pub(super) struct TamperedClick;

impl Case for TamperedClick {
    fn card(&self) -> Card {
        Card { id: "signature.tampered-click", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let other = scene.visitor();
        let player = scene.player();
        // What arrives is right in all else: the click is the player's own, and known.
        let deposit = scene.deposit(&player);
        let signed = deposit.clone().click(other.click_id.as_str()).body();
        scene.refused(deposit.sealed(Seal::of_document(signed)), UNSIGNED);
    }
}
