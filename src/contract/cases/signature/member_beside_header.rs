//! `signature.member-beside-header`: a wrong `signature` in the body beside the right one in the header. Seed 003 shows
//! both places, and the signed form leaves the member out; readers differ in which they take.

use crate::contract::{Card, Case, Scene, Terms, Unfit};
use crate::model::EventKind;

pub(super) struct MemberBesideHeader;

impl Case for MemberBesideHeader {
    fn card(&self) -> Card {
        Card {
            id: "signature.member-beside-header",
            rule: "seed 003 §4, §14.1",
            expected: "taken or refused; credited once at most",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_signature_header()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.open(registration.text("signature", &format!("sha256={}", "0".repeat(64))));
    }
}
