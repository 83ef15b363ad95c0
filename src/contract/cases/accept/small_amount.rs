//! `accept.small-amount`: the smallest amount of a currency.

use crate::contract::{Card, Case, Scene};

pub(super) struct SmallAmount;

impl Case for SmallAmount {
    fn card(&self) -> Card {
        Card {
            id: "accept.small-amount",
            rule: "seed 003 §17: to a cent",
            expected: "200, credited with exactly 0.01 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "USD", 1, "0.01");
    }
}
