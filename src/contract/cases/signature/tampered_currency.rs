//! `signature.tampered-currency`: the currency changed after signing.

use super::UNSIGNED;
use crate::contract::{Card, Case, Scene, Seal};

pub(super) struct TamperedCurrency;

impl Case for TamperedCurrency {
    fn card(&self) -> Card {
        Card { id: "signature.tampered-currency", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let signed = deposit.body();
        scene.refused(deposit.text("currency", "EUR").sealed(Seal::of_document(signed)), UNSIGNED);
    }
}
