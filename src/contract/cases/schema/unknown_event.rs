//! `schema.unknown-event`: an event that nobody knows.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct UnknownEvent;

impl Case for UnknownEvent {
    fn card(&self) -> Card {
        Card { id: "schema.unknown-event", rule: "seed 003 §4", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_deposits("event", &["\"no_such_event\""], UNSOUND);
    }
}
