//! `signature.truncated`: the first half of the right signature.

use crate::contract::{Card, Case, Cut, Scene, Seal};

pub(super) struct Truncated;

impl Case for Truncated {
    fn card(&self) -> Card {
        Card {
            id: "signature.truncated", rule: "seed 003 §5, §14.2; RFC 2104 §5", expected: "401 or 403, no credit"
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { cut: Cut::Half, ..Seal::default() });
    }
}
