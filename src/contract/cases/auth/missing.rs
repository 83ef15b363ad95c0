//! `auth.missing`: no token.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, Pass, Scene, Terms, Unfit};

pub(super) struct Missing;

impl Case for Missing {
    fn card(&self) -> Card {
        Card { id: "auth.missing", rule: "seed 003 §5; RFC 6750 §3", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.pass(Pass::Missing), UNAUTHORISED);
    }
}
