//! `http.delete`: a postback that comes by DELETE.

use super::OTHER_METHOD;
use crate::contract::{Card, Case, Scene};

pub(super) struct Delete;

impl Case for Delete {
    fn card(&self) -> Card {
        Card { id: "http.delete", rule: "seed 003 §14.1: POST; RFC 9110 §15.5.6", expected: "405, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.method("DELETE"), OTHER_METHOD);
    }
}
