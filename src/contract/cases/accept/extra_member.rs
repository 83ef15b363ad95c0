//! `accept.extra-member`: a member that nobody has heard of, with an object in it.

use crate::contract::{Card, Case, Scene};

pub(super) struct ExtraMember;

impl Case for ExtraMember {
    fn card(&self) -> Card {
        Card {
            id: "accept.extra-member",
            rule: "seed 003 §4; RFC 8259 §4",
            expected: "200, credited once: unknown members are passed over",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.json("loyalty", r#"{"points":[1,2.5],"since":null,"tier":"gold"}"#));
    }
}
