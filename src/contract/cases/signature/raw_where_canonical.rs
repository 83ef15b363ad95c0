//! `signature.raw-where-canonical`: signed over the bytes as they are, where a canonical form was agreed on.

use super::{UNSIGNED, respelled};
use crate::contract::{Card, Case, Scene, Seal, Terms, Unfit};

pub(super) struct RawWhereCanonical;

impl Case for RawWhereCanonical {
    fn card(&self) -> Card {
        Card { id: "signature.raw-where-canonical", rule: "seed 003 §5, §13.4", expected: "401 or 403, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_canonical_form()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = respelled(scene.deposit(&player));
        let bytes = deposit.body();
        scene.refused(deposit.sealed(Seal::of_bytes(bytes)), UNSIGNED);
    }
}
