//! `idempotency.ids-by-tail`: two long ids that differ only at their very end are two events.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct IdsByTail;

/// No genuine id is longer, in characters; a target has to keep so many apart.
const LONGEST: usize = 100;

impl Case for IdsByTail {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.ids-by-tail",
            rule: "seed 003 §3, §8: event_id is unique for each event",
            expected: "200 with \"idempotent\": false for both, each credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let stem = scene.spare_id(&player, EventKind::Deposit);
        let ids = ["1", "2"].map(|end| format!("{stem:_<width$}{end}", width = LONGEST - 1));
        let first = scene.deposit(&player);
        scene.accepted(first.id(&ids[0]));
        let second = scene.deposit(&player).repeat_deposit();
        scene.accepted(second.id(&ids[1]));
    }
}
