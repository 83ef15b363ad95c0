//! `schema.text-amount`: the amount as a text, though it reads as a number.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct TextAmount;

impl Case for TextAmount {
    fn card(&self) -> Card {
        Card {
            id: "schema.text-amount",
            rule: "seed 003 §4 (numbers, not strings), §13.3",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("amount", &["\"100\"", "\"100.00\"", "\" 100 \""], UNSOUND);
    }
}
