//! `http.chunked`: a body in chunks, without its length beforehand.

use crate::contract::{Card, Case, Framing, Scene};

pub(super) struct Chunked;

impl Case for Chunked {
    fn card(&self) -> Card {
        Card {
            id: "http.chunked",
            rule: "RFC 9112 §7.1: every recipient reads chunks",
            expected: "200 with {\"status\":\"ok\"}, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.framed(Framing::Chunked));
    }
}
