//! `accept.kyc-approved`: an identity check of a player who has registered.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct KycApproved;

impl Case for KycApproved {
    fn card(&self) -> Card {
        Card {
            id: "accept.kyc-approved",
            rule: "seed 003 §4.2",
            expected: "200 with {\"status\":\"ok\"}, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let approved = scene.event(&player, EventKind::KycApproved);
        scene.accepted(approved);
    }
}
