//! `accept.three-decimals`: an amount in a currency with three decimals.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct ThreeDecimals;

impl Case for ThreeDecimals {
    fn card(&self) -> Card {
        Card {
            id: "accept.three-decimals",
            rule: "seed 003 §4; ISO 4217",
            expected: "200, credited with exactly 12.345 KWD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let kwd = "KWD".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(12_345, kwd), "12.345"));
    }
}
