//! `auth.wrong-key`: signed with a key that nobody agreed on.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, OddToken, Pass, Scene, Signer, Terms, Unfit};

pub(super) struct WrongKey;

impl Case for WrongKey {
    fn card(&self) -> Card {
        Card { id: "auth.wrong-key", rule: "seed 003 §5; RFC 7515 §5.2", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(
            deposit.pass(Pass::Odd(OddToken { signer: Signer::Another, ..OddToken::default() })),
            UNAUTHORISED,
        );
    }
}
