//! `idempotency.same-id-other-type`: a refund under the id of a deposit. It is another body under a known id.

use crate::contract::{Card, Case, Owed, Scene};
use crate::model::EventKind;

pub(super) struct SameIdOtherType;

impl Case for SameIdOtherType {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.same-id-other-type",
            rule: "seed 003 §3, §8: event_id is unique for each event",
            expected: "409, 422, or 200 as a repeat; the first event stands alone",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let event_id = deposit.event_id().to_owned();
        scene.ground(deposit);
        let refund = scene.event(&player, EventKind::Refund).id(&event_id);
        let owed = Owed::by_another_body(scene.terms.contract.policies.different_body);
        scene.conflicting(refund, owed);
    }
}
