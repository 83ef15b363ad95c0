//! `signature.truncated`: the first half of the right signature.

use super::UNSIGNED;
use crate::contract::{Card, Case, Cut, Scene, Seal};

pub(super) struct Truncated;

impl Case for Truncated {
    fn card(&self) -> Card {
        Card {
            id: "signature.truncated", rule: "seed 003 §5, §14.2; RFC 2104 §5", expected: "401 or 403, no credit"
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.sealed(Seal { cut: Cut::Half, ..Seal::default() }), UNSIGNED);
    }
}
