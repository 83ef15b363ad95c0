//! `accept.three-decimals`: an amount in a currency with three decimals.

use crate::contract::{Card, Case, Scene};

pub(super) struct ThreeDecimals;

impl Case for ThreeDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.three-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 12.345 KWD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "KWD", 12_345, "12.345");
    }
}
