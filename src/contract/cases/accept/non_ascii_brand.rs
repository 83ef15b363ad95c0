//! `accept.non-ascii-brand`: a brand with letters beyond ASCII, which shows in the books.

use super::FOREIGN;
use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct NonAsciiBrand;

/// The statuses that tell a sender that the brand is none of the target's.
const UNKNOWN: &[u16] = &[400, 404, 422];

impl Case for NonAsciiBrand {
    fn card(&self) -> Card {
        Card {
            id: "accept.non-ascii-brand",
            rule: "seed 003 §5; RFC 8259 §8.1; contract.policies.foreign_brand",
            expected: "refused as a brand of nobody, or credited with every letter of it",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let policy = scene.terms.contract.policies.foreign_brand;
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.by_policy(policy, registration.brand(FOREIGN), UNKNOWN);
    }
}
