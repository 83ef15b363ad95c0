//! `signature.of-another-event`: the signature of a genuine postback that was taken, on another one.

use super::UNSIGNED;
use crate::contract::{Card, Case, Scene, Seal};

pub(super) struct OfAnotherEvent;

impl Case for OfAnotherEvent {
    fn card(&self) -> Card {
        Card { id: "signature.of-another-event", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        let signed = first.body();
        scene.ground(first);
        let second = scene.deposit(&player).repeat_deposit();
        scene.refused(second.sealed(Seal::of_document(signed)), UNSIGNED);
    }
}
