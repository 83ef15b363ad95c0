//! `schema.time-without-zone`: a time of nobody knows which clock.

use super::{refused_at, spelled};
use crate::contract::{Card, Case, Scene};

pub(super) struct TimeWithoutZone;

impl Case for TimeWithoutZone {
    fn card(&self) -> Card {
        Card {
            id: "schema.time-without-zone",
            rule: "seed 003 §4, §7 (time stamps in UTC)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let bare = |at| spelled(at, "%Y-%m-%dT%H:%M:%S");
        let spaced = |at| spelled(at, "%Y-%m-%d %H:%M:%S");
        refused_at(scene, &[("with a time without zone", &bare), ("with a time without T and zone", &spaced)]);
    }
}
