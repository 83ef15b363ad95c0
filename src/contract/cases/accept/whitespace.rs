//! `accept.whitespace`: blanks, tabs and line breaks wherever JSON has room for them.

use crate::contract::{Card, Case, Scene, Spelling};

pub(super) struct Whitespace;

impl Case for Whitespace {
    fn card(&self) -> Card {
        Card {
            id: "accept.whitespace",
            rule: "seed 003 §5; RFC 8259 §2",
            expected: "200, credited once: the canonical form is the same",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.respelled(Spelling::Spaced));
    }
}
