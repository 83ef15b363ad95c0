//! `accept.trailing-zeros`: a whole amount with its decimals written out.

use crate::contract::{Card, Case, Scene};

pub(super) struct TrailingZeros;

impl Case for TrailingZeros {
    fn card(&self) -> Card {
        Card {
            id: "accept.trailing-zeros",
            rule: "seed 003 §4.3, §13.3; RFC 8259 §6",
            expected: "200, credited with exactly 100 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "USD", 10_000, "100.00");
    }
}
