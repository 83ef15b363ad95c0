//! `accept.non-ascii`: characters beyond ASCII as they are, in UTF-8.

use super::{BEYOND, FOREIGN};
use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct NonAscii;

impl Case for NonAscii {
    fn card(&self) -> Card {
        Card {
            id: "accept.non-ascii",
            rule: "seed 003 §5; RFC 8259 §8.1",
            expected: "200, credited once: the canonical form is the same",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.accepted(registration.text("campaign", FOREIGN).text("aff_sub", BEYOND));
    }
}
