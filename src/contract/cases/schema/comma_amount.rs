//! `schema.comma-amount`: the amount as a text with a comma, which some read as 1000 and some as 1.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct CommaAmount;

impl Case for CommaAmount {
    fn card(&self) -> Card {
        Card {
            id: "schema.comma-amount",
            rule: "seed 003 §13.3 (numbers with a period)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("amount", &["\"1,000\"", "\"100,5\"", "\"1.000,50\""], UNSOUND);
    }
}
