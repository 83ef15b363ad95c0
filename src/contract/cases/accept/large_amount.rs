//! `accept.large-amount`: the largest amount that a double still holds to the cent.

use crate::contract::{Card, Case, Scene};

pub(super) struct LargeAmount;

impl Case for LargeAmount {
    fn card(&self) -> Card {
        Card {
            id: "accept.large-amount",
            rule: "seed 003 §17: to a cent; RFC 8785 §3.2.2.3",
            expected: "200, credited with exactly 999999999999.99 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::booked_exactly(scene, "USD", 99_999_999_999_999, "999999999999.99");
    }
}
