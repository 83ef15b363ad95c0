//! `auth.alg-none`: a token that nobody signed, as its header says.

use crate::contract::{Card, Case, OddToken, Scene, Signer, Terms, Unfit};

pub(super) struct AlgNone;

impl Case for AlgNone {
    fn card(&self) -> Card {
        Card { id: "auth.alg-none", rule: "seed 003 §5; RFC 8725 §2.1", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { signer: Signer::Nobody, ..OddToken::default() });
    }
}
