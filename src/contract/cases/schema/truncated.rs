//! `schema.truncated`: a body of which the end is missing, with a length that says so. Signed as it arrives, or as it was.

use super::{Sealing, refused_unread};
use crate::contract::{Card, Case, Scene};

pub(super) struct Truncated;

impl Case for Truncated {
    fn card(&self) -> Card {
        Card { id: "schema.truncated", rule: "RFC 8259 §2", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for sealing in Sealing::BOTH {
            for missing in [1, 40] {
                let deposit = scene.deposit(&player);
                let mut bytes = deposit.body();
                bytes.truncate(bytes.len().saturating_sub(missing));
                refused_unread(scene, deposit, bytes, sealing);
            }
        }
    }
}
