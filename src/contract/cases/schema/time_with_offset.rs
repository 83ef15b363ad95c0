//! `schema.time-with-offset`: the right instant on a clock two hours ahead, and on one five hours behind. Whoever drops the
//! offset reads a time that is yet to come out of the first, and not out of the second.

use super::{refused_at, spelled};
use crate::contract::{Card, Case, Scene};

pub(super) struct TimeWithOffset;

/// In seconds.
const HOUR: i64 = 3600;

impl Case for TimeWithOffset {
    fn card(&self) -> Card {
        Card {
            id: "schema.time-with-offset",
            rule: "seed 003 §4, §7 (time stamps in UTC)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let ahead = |at| spelled(at + 2 * HOUR, "%Y-%m-%dT%H:%M:%S+02:00");
        let behind = |at| spelled(at - 5 * HOUR, "%Y-%m-%dT%H:%M:%S-05:00");
        refused_at(scene, &[("with a time of offset +02:00", &ahead), ("with a time of offset -05:00", &behind)]);
    }
}
