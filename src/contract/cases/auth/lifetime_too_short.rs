//! `auth.lifetime-too-short`: one that lives a minute, and not the five that it should at least.

use crate::contract::{Card, Case, Expiry, OddToken, Scene, Terms, Unfit};

pub(super) struct LifetimeTooShort;

impl Case for LifetimeTooShort {
    fn card(&self) -> Card {
        Card { id: "auth.lifetime-too-short", rule: "seed 003 §5 (TTL 5-15 minutes)", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { expiry: Expiry::In(60), ..OddToken::default() });
    }
}
