//! `accept.exponent`: a whole amount with an exponent, which is the same number.

use crate::contract::{Card, Case, Scene};

pub(super) struct Exponent;

impl Case for Exponent {
    fn card(&self) -> Card {
        Card {
            id: "accept.exponent",
            rule: "seed 003 §4, §13.3; RFC 8259 §6",
            expected: "200, credited with exactly 100 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "USD", 10_000, "1e2");
    }
}
