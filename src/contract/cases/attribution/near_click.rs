//! `attribution.near-click`: click ids that are one character longer or shorter than one that the target knows.

use crate::contract::{Card, Case, Scene, Terms, Unfit};

pub(super) struct NearClick;

impl Case for NearClick {
    fn card(&self) -> Card {
        Card {
            id: "attribution.near-click",
            rule: "seed 003 §3: click_id is the attribution key",
            expected: "400, 404 or 422, no credit for the click that it resembles",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let known = player.click_id.as_str().to_owned();
        let longer = format!("{known}7");
        let shorter: String = known.chars().take(known.chars().count().saturating_sub(1)).collect();
        for near in [longer, shorter] {
            let deposit = scene.deposit(&player);
            super::unattributable(scene, deposit.click(&near));
        }
    }
}
