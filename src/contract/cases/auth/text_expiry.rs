//! `auth.text-expiry`: one whose end is a text and no number, which some readers take for none.

use crate::contract::{Card, Case, Expiry, OddToken, Scene, Terms, Unfit};

pub(super) struct TextExpiry;

impl Case for TextExpiry {
    fn card(&self) -> Card {
        Card { id: "auth.text-expiry", rule: "RFC 7519 §2 (NumericDate), §4.1.4", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { expiry: Expiry::AsText(600), ..OddToken::default() });
    }
}
