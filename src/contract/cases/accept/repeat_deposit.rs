//! `accept.repeat-deposit`: a deposit after the first one.

use crate::contract::{Card, Case, Scene};

pub(super) struct RepeatDeposit;

impl Case for RepeatDeposit {
    fn card(&self) -> Card {
        Card { id: "accept.repeat-deposit", rule: "seed 003 §4.3", expected: "200, credited once, and not as an FTD" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let second = scene.later_deposit(&player);
        scene.accepted(second);
    }
}
