//! `signature.tampered-amount`: the amount changed after signing.

use super::UNSIGNED;
use crate::contract::{Card, Case, Scene, Seal};

pub(super) struct TamperedAmount;

impl Case for TamperedAmount {
    fn card(&self) -> Card {
        Card { id: "signature.tampered-amount", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let signed = deposit.body();
        scene.refused(deposit.json("amount", "1000").sealed(Seal::of_document(signed)), UNSIGNED);
    }
}
