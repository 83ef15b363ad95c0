//! `accept.two-decimals`: an amount that no binary float holds exactly.

use crate::contract::{Card, Case, Scene};

pub(super) struct TwoDecimals;

impl Case for TwoDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.two-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 19.99 EUR",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "EUR", 1999, "19.99");
    }
}
