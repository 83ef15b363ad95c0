//! `http.put`: a postback that comes by PUT.

use super::OTHER_METHOD;
use crate::contract::{Card, Case, Scene};

pub(super) struct Put;

impl Case for Put {
    fn card(&self) -> Card {
        Card { id: "http.put", rule: "seed 003 §14.1: POST; RFC 9110 §15.5.6", expected: "405, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.method("PUT"), OTHER_METHOD);
    }
}
