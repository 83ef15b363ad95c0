//! `schema.nan-amount`: an amount that is no number: as a word that JSON does not have, and as a text.

use super::{UNREADABLE, UNSOUND};
use crate::contract::{Card, Case, Scene, Seal, in_place_of};

pub(super) struct NanAmount;

impl Case for NanAmount {
    fn card(&self) -> Card {
        Card { id: "schema.nan-amount", rule: "RFC 8259 §6; seed 003 §4 (numbers)", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for word in ["NaN", "Infinity"] {
            let deposit = scene.deposit(&player);
            let bytes = in_place_of(&deposit, "amount", word.as_bytes());
            let spelled = deposit.spelled(bytes.clone()).sealed(Seal::of_bytes(bytes));
            scene.refused(spelled.noted(format!("with `amount`: {word}")), UNREADABLE);
            let deposit = scene.deposit(&player).text("amount", word);
            scene.refused(deposit.noted(format!("with `amount`: \"{word}\"")), UNSOUND);
        }
    }
}
