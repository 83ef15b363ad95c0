//! `schema.unknown-currency`: three capital letters that ISO 4217 does not have, and four.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct UnknownCurrency;

impl Case for UnknownCurrency {
    fn card(&self) -> Card {
        Card { id: "schema.unknown-currency", rule: "seed 003 §4 (ISO 4217)", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("currency", &["\"ZZZ\"", "\"USDX\""], UNSOUND);
    }
}
