//! `auth.wrong-audience`: one that names another audience than the agreed one.

use crate::contract::{Card, Case, OddToken, Scene, Terms, Unfit};

pub(super) struct WrongAudience;

impl Case for WrongAudience {
    fn card(&self) -> Card {
        Card { id: "auth.wrong-audience", rule: "RFC 7519 §4.1.3", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()?;
        if terms.claims.audience { Ok(()) } else { Err("the scenario names no audience ([token] audience)") }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_with(scene, OddToken { claims: vec![("aud", "somebody-else".into())], ..OddToken::default() });
    }
}
