//! `attribution.overlong-click`: a click id that begins as a known one does and goes on for a thousand characters.

use crate::contract::{Card, Case, Scene, Terms, Unfit};

pub(super) struct OverlongClick;

/// Characters of the click id.
const LENGTH: usize = 1_000;

impl Case for OverlongClick {
    fn card(&self) -> Card {
        Card {
            id: "attribution.overlong-click",
            rule: "seed 003 §3: the tracker makes the click id",
            expected: "400, 404 or 422, no credit for the click that it begins with",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let overlong = format!("{:0<LENGTH$}", player.click_id.as_str());
        let deposit = scene.deposit(&player);
        super::unattributable(scene, deposit.click(&overlong));
    }
}
