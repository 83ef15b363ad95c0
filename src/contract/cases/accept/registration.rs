//! `accept.registration`: the first event of a player.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct Registration;

impl Case for Registration {
    fn card(&self) -> Card {
        Card {
            id: "accept.registration",
            rule: "seed 003 §4.1, §14.1",
            expected: "200 with {\"status\":\"ok\"}, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.accepted(registration);
    }
}
