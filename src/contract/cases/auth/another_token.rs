//! `auth.another-token`: an opaque token that nobody handed out.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, Pass, Scene, Terms, Tokens, Unfit};

pub(super) struct AnotherToken;

impl Case for AnotherToken {
    fn card(&self) -> Card {
        Card { id: "auth.another-token", rule: "seed 003 §5; RFC 6750 §3.1", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tokens()?;
        match terms.tokens {
            Tokens::Opaque => Ok(()),
            Tokens::None | Tokens::Minted => Err("tokens are not opaque; auth.wrong-key has the like"),
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.pass(Pass::Text("a-token-that-nobody-handed-out".to_owned())), UNAUTHORISED);
    }
}
