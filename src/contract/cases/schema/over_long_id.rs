//! `schema.over-long-id`: ids of 1,000 and 10,000 characters: stored whole or refused, and never cut.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct OverLongId;

const TOO_LONG: &[u16] = &[400, 413, 422];

impl Case for OverLongId {
    fn card(&self) -> Card {
        Card {
            id: "schema.over-long-id",
            rule: "seed 003 §5 (an id is compared whole)",
            expected: "taken whole, or a 4xx",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let policy = scene.terms.contract.policies.long_id;
        for length in [1_000, 10_000] {
            let visitor = scene.visitor();
            let registration = scene.event(&visitor, EventKind::Registration);
            let id = format!("{:x<length$}", registration.event_id());
            scene.by_policy(policy, registration.id(&id).noted(format!("with an id of {length} characters")), TOO_LONG);
        }
    }
}
