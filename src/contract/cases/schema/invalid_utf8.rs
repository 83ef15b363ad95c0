//! `schema.invalid-utf8`: bytes that are no UTF-8 in a text that nobody needs. Signed as it stands, or with U+FFFD in their place.

use super::{Sealing, refused_unread};
use crate::contract::{Card, Case, Scene, in_place_of};

pub(super) struct InvalidUtf8;

impl Case for InvalidUtf8 {
    fn card(&self) -> Card {
        Card { id: "schema.invalid-utf8", rule: "RFC 8259 §8.1", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for sealing in Sealing::BOTH {
            let deposit = scene.deposit(&player).text("note", "\u{fffd}");
            let bytes = in_place_of(&deposit, "note", b"\"\xff\"");
            refused_unread(scene, deposit, bytes, sealing);
        }
    }
}
