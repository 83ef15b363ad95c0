//! `signature.empty`: the place of the signature is there, and empty.

use crate::contract::{Card, Case, Cut, Scene, Seal};

pub(super) struct Empty;

impl Case for Empty {
    fn card(&self) -> Card {
        Card { id: "signature.empty", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { cut: Cut::Empty, ..Seal::default() });
    }
}
