//! `auth.alg-none`: a token that nobody signed, as its header says.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, OddToken, Pass, Scene, Signer, Terms, Unfit};

pub(super) struct AlgNone;

impl Case for AlgNone {
    fn card(&self) -> Card {
        Card { id: "auth.alg-none", rule: "seed 003 §5; RFC 8725 §2.1", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let unsigned = Pass::Odd(OddToken { signer: Signer::Nobody, ..OddToken::default() });
        let deposit = scene.deposit(&player);
        scene.refused(deposit.pass(unsigned), UNAUTHORISED);
    }
}
