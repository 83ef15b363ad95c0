//! `schema.wrong-content-type`: a right postback that calls itself plain text.

use crate::contract::{Card, Case, Scene};

pub(super) struct WrongContentType;

impl Case for WrongContentType {
    fn card(&self) -> Card {
        Card {
            id: "schema.wrong-content-type",
            rule: "seed 003 §14.1; RFC 9110 §15.5.16",
            expected: "415, 400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.content_type(Some("text/plain")), &[415, 400, 422]);
    }
}
