//! `schema.negative-amount`: a deposit of less than nothing.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct NegativeAmount;

impl Case for NegativeAmount {
    fn card(&self) -> Card {
        Card {
            id: "schema.negative-amount",
            rule: "seed 003 §4.3, §8 (refunds are events of their own)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("amount", &["-100", "-0.01"], UNSOUND);
    }
}
