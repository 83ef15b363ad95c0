//! `schema.empty-body`: no body at all.

use super::{Sealing, refused_unread};
use crate::contract::{Card, Case, Scene};

pub(super) struct EmptyBody;

impl Case for EmptyBody {
    fn card(&self) -> Card {
        Card { id: "schema.empty-body", rule: "seed 003 §4", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        refused_unread(scene, deposit, Vec::new(), Sealing::AsItStands);
    }
}
