//! `accept.deposit`: a first deposit.

use crate::contract::{Card, Case, Scene};

pub(super) struct Deposit;

impl Case for Deposit {
    fn card(&self) -> Card {
        Card {
            id: "accept.deposit",
            rule: "seed 003 §4.3, §14.1",
            expected: "200 with {\"status\":\"ok\"}, credited once with its amount, as the FTD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit);
    }
}
