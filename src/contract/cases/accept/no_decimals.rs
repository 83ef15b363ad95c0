//! `accept.no-decimals`: an amount in a currency without minor units.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct NoDecimals;

impl Case for NoDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.no-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 1500 JPY",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let jpy = "JPY".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(1500, jpy), "1500"));
    }
}
