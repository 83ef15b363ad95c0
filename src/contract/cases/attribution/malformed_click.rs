//! `attribution.malformed-click`: a click id with characters that no click id has, around one that the target knows.

use crate::contract::{Card, Case, Scene, Terms, Unfit};

pub(super) struct MalformedClick;

impl Case for MalformedClick {
    fn card(&self) -> Card {
        Card {
            id: "attribution.malformed-click",
            rule: "seed 003 §3: the tracker makes the click id",
            expected: "400, 404 or 422, no credit for the click that it resembles",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let malformed = format!("<{}>';--%00", player.click_id.as_str());
        let deposit = scene.deposit(&player);
        super::unattributable(scene, deposit.click(&malformed));
    }
}
