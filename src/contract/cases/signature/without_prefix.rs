//! `signature.without-prefix`: the right digits, without the name of their hash before them.

use crate::contract::{Card, Case, Hash, Scene, Seal, Terms, Unfit};

pub(super) struct WithoutPrefix;

impl Case for WithoutPrefix {
    fn card(&self) -> Card {
        Card {
            id: "signature.without-prefix",
            rule: "seed 003 §14.1 (X-Signature: sha256=…)",
            expected: "401 or 403, no credit",
        }
    }

    /// In the body, seed 003 §4 shows the bare digest.
    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_signature_header()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { digest: Hash::Nameless, ..Seal::default() });
    }
}
