//! `http.expect-continue`: a sender that asks whether its body is welcome.

use crate::contract::{Card, Case, Framing, Scene};

pub(super) struct ExpectContinue;

impl Case for ExpectContinue {
    fn card(&self) -> Card {
        Card {
            id: "http.expect-continue",
            rule: "RFC 9110 §10.1.1",
            expected: "200 with {\"status\":\"ok\"}, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.framed(Framing::Expecting));
    }
}
