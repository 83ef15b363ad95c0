//! `http.get`: a postback that comes by GET.

use super::OTHER_METHOD;
use crate::contract::{Card, Case, Scene};

pub(super) struct Get;

impl Case for Get {
    fn card(&self) -> Card {
        Card { id: "http.get", rule: "seed 003 §14.1: POST; RFC 9110 §9.3.1", expected: "405, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.method("GET"), OTHER_METHOD);
    }
}
