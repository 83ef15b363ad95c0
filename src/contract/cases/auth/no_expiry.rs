//! `auth.no-expiry`: one that never runs out, because it does not say when.

use crate::contract::{Card, Case, Expiry, OddToken, Scene, Terms, Unfit};

pub(super) struct NoExpiry;

impl Case for NoExpiry {
    fn card(&self) -> Card {
        Card { id: "auth.no-expiry", rule: "seed 003 §5 (short-lived tokens)", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { expiry: Expiry::Unsaid, ..OddToken::default() });
    }
}
