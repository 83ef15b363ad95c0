//! `accept.small-amount`: the smallest amount of a currency.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct SmallAmount;

impl Case for SmallAmount {
    fn card(&self) -> Card {
        Card {
            id: "accept.small-amount",
            rule: "seed 003 §17: to a cent",
            expected: "200, credited with exactly 0.01 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let usd = "USD".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(1, usd), "0.01"));
    }
}
