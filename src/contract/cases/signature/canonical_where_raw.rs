//! `signature.canonical-where-raw`: signed over the canonical form (RFC 8785), where the exact bytes were agreed on.

use super::{UNSIGNED, respelled};
use crate::contract::{Card, Case, Scene, Seal, Terms, Unfit};
use crate::sign::Canonical;

pub(super) struct CanonicalWhereRaw;

impl Case for CanonicalWhereRaw {
    fn card(&self) -> Card {
        Card { id: "signature.canonical-where-raw", rule: "RFC 2104; RFC 8785 §3", expected: "401 or 403, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        if terms.signs_exact_bytes() { Ok(()) } else { Err("a canonical form is what was agreed on") }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = respelled(scene.deposit(&player));
        let bytes = deposit.body();
        let canonical = Canonical::Jcs.apply(&bytes, None).expect("a respelled body is JSON").into_owned();
        scene.refused(deposit.sealed(Seal::of_bytes(canonical)), UNSIGNED);
    }
}
