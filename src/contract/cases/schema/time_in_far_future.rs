//! `schema.time-in-far-future`: what will have happened in a week, in a year, and when nobody lives who could tell.

use super::{refused_at, spelled};
use crate::contract::{Card, Case, Scene};

pub(super) struct TimeInFarFuture;

/// In seconds.
const DAY: i64 = 86_400;

const UTC: &str = "%Y-%m-%dT%H:%M:%SZ";

impl Case for TimeInFarFuture {
    fn card(&self) -> Card {
        Card { id: "schema.time-in-far-future", rule: "seed 003 §7", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let week = |at| spelled(at + 7 * DAY, UTC);
        let year = |at| spelled(at + 365 * DAY, UTC);
        let era = |_| "\"2999-12-31T23:59:59Z\"".to_owned();
        let variants: [(&str, &dyn Fn(i64) -> String); 3] =
            [("a week ahead", &week), ("a year ahead", &year), ("in the year 2999", &era)];
        refused_at(scene, &variants);
    }
}
