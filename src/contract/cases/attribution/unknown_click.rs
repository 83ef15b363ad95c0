//! `attribution.unknown-click`: a click id of the right look that the target never made.

use super::UNATTRIBUTED;
use crate::contract::{Card, Case, Scene, Terms, Unfit};

pub(super) struct UnknownClick;

impl Case for UnknownClick {
    fn card(&self) -> Card {
        Card {
            id: "attribution.unknown-click",
            rule: "seed 003 §3: the tracker makes the click id",
            expected: "400, 404 or 422, no credit",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let policy = scene.terms.contract.policies.unknown_click;
        let stranger = scene.lookalike_click(&player);
        let deposit = scene.deposit(&player);
        scene.by_policy(policy, deposit.click(&stranger), UNATTRIBUTED);
    }
}
