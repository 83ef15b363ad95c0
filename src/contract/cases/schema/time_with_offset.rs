//! `schema.time-with-offset`: the right instant on a clock that is two hours ahead.

use super::{refused_at, spelled};
use crate::contract::{Card, Case, Scene};

pub(super) struct TimeWithOffset;

impl Case for TimeWithOffset {
    fn card(&self) -> Card {
        Card {
            id: "schema.time-with-offset",
            rule: "seed 003 §4, §7 (time stamps in UTC)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let ahead = |at| spelled(at + 2 * 3600, "%Y-%m-%dT%H:%M:%S+02:00");
        refused_at(scene, &[("with a time of offset +02:00", &ahead)]);
    }
}
