//! `idempotency.ids-by-last-character`: two ids that differ in their last character only are two events.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct IdsByLastCharacter;

impl Case for IdsByLastCharacter {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.ids-by-last-character",
            rule: "seed 003 §3, §8: event_id is unique for each event",
            expected: "200 with \"idempotent\": false for both, each credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let stem = scene.spare_id(&player, EventKind::Deposit);
        let ids = ["1", "2"].map(|end| format!("{stem}_{end}"));
        let first = scene.deposit(&player);
        scene.accepted(first.id(&ids[0]));
        let second = scene.deposit(&player).repeat_deposit();
        scene.accepted(second.id(&ids[1]));
    }
}
