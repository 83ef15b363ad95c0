//! `accept.escaped-ascii`: plain letters and digits spelled as `\u` escapes, in names as well.

use crate::contract::{Card, Case, Scene, Spelling};

pub(super) struct EscapedAscii;

impl Case for EscapedAscii {
    fn card(&self) -> Card {
        Card {
            id: "accept.escaped-ascii",
            rule: "seed 003 §5; RFC 8259 §7, §8.3",
            expected: "200, credited once: the canonical form is the same",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.respelled(Spelling::EscapedAscii));
    }
}
