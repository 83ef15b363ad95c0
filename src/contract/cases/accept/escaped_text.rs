//! `accept.escaped-text`: characters beyond ASCII spelled as `\u` escapes.

use super::{BEYOND, FOREIGN};
use crate::contract::{Card, Case, Scene, Spelling};
use crate::model::EventKind;

pub(super) struct EscapedText;

impl Case for EscapedText {
    fn card(&self) -> Card {
        Card {
            id: "accept.escaped-text",
            rule: "seed 003 §5; RFC 8259 §7",
            expected: "200, credited once: the canonical form is the same",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.accepted(registration.text("campaign", FOREIGN).text("aff_sub", BEYOND).respelled(Spelling::EscapedText));
    }
}
