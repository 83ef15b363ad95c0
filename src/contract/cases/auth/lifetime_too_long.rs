//! `auth.lifetime-too-long`: one that lives an hour, and not the fifteen minutes that it may at most.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, Expiry, OddToken, Pass, Scene, Terms, Unfit};

pub(super) struct LifetimeTooLong;

impl Case for LifetimeTooLong {
    fn card(&self) -> Card {
        Card { id: "auth.lifetime-too-long", rule: "seed 003 §5 (TTL 5-15 minutes)", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(
            deposit.pass(Pass::Odd(OddToken { expiry: Expiry::In(3600), ..OddToken::default() })),
            UNAUTHORISED,
        );
    }
}
