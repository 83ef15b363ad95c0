//! `auth.wrong-key`: signed with a key that nobody agreed on.

use crate::contract::{Card, Case, OddToken, Scene, Signer, Terms, Unfit};

pub(super) struct WrongKey;

impl Case for WrongKey {
    fn card(&self) -> Card {
        Card { id: "auth.wrong-key", rule: "seed 003 §5; RFC 7515 §5.2", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { signer: Signer::Another, ..OddToken::default() });
    }
}
