//! `schema.time-as-number`: seconds, and milliseconds, since 1970.

use super::refused_at;
use crate::contract::{Card, Case, Scene};

pub(super) struct TimeAsNumber;

impl Case for TimeAsNumber {
    fn card(&self) -> Card {
        Card {
            id: "schema.time-as-number",
            rule: "seed 003 §4, §7 (time stamps in UTC)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let seconds = |at: i64| at.to_string();
        let milliseconds = |at: i64| (at * 1000).to_string();
        refused_at(scene, &[("with a time in seconds", &seconds), ("with a time in milliseconds", &milliseconds)]);
    }
}
