//! `accept.two-decimals`: an amount that no binary float holds exactly.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct TwoDecimals;

impl Case for TwoDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.two-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 19.99 EUR",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let eur = "EUR".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(1999, eur), "19.99"));
    }
}
