//! `ftd.zero-deposit`: a first deposit of nothing, as a bonus may be entered by mistake.

use crate::contract::{Card, Case, Scene};
use crate::model::Money;

pub(super) struct ZeroDeposit;

/// The statuses that tell a sender that the amount is wrong.
const INVALID: &[u16] = &[400, 422];

impl Case for ZeroDeposit {
    fn card(&self) -> Card {
        Card {
            id: "ftd.zero-deposit",
            rule: "seed 003 §8: no bonus \"zero\" replenishment",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        // It claims no FTD, so that its amount is all that can be wrong about it.
        let deposit = scene.later_deposit(&player);
        scene.refused(deposit.money(Money::from_minor(0, super::usd()), "0"), INVALID);
    }
}
