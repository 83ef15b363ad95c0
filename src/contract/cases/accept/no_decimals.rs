//! `accept.no-decimals`: an amount in a currency without minor units.

use crate::contract::{Card, Case, Scene};

pub(super) struct NoDecimals;

impl Case for NoDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.no-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 1500 JPY",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "JPY", 1500, "1500");
    }
}
