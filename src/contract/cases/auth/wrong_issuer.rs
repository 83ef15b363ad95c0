//! `auth.wrong-issuer`: one that names another issuer than the agreed one.

use crate::contract::{Card, Case, OddToken, Scene, Terms, Unfit};

pub(super) struct WrongIssuer;

impl Case for WrongIssuer {
    fn card(&self) -> Card {
        Card { id: "auth.wrong-issuer", rule: "RFC 7519 §4.1.1", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()?;
        if terms.claims.issuer { Ok(()) } else { Err("the scenario names no issuer ([token] issuer)") }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { claims: vec![("iss", "somebody-else".into())], ..OddToken::default() });
    }
}
