//! `auth.lifetime-too-long`: one that lives an hour, and not the fifteen minutes that it may at most.

use crate::contract::{Card, Case, Expiry, OddToken, Scene, Terms, Unfit};

pub(super) struct LifetimeTooLong;

impl Case for LifetimeTooLong {
    fn card(&self) -> Card {
        Card { id: "auth.lifetime-too-long", rule: "seed 003 §5 (TTL 5-15 minutes)", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { expiry: Expiry::In(3600), ..OddToken::default() });
    }
}
