//! `schema.lower-case-currency`: the right letters, small.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct LowerCaseCurrency;

impl Case for LowerCaseCurrency {
    fn card(&self) -> Card {
        Card {
            id: "schema.lower-case-currency",
            rule: "seed 003 §4 (ISO 4217); ISO 4217 has capitals",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("currency", &["\"usd\"", "\"Usd\""], UNSOUND);
    }
}
