//! `accept.trailing-zeros`: a whole amount with its decimals written out.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct TrailingZeros;

impl Case for TrailingZeros {
    fn card(&self) -> Card {
        Card {
            id: "accept.trailing-zeros",
            rule: "seed 003 §4.3, §13.3; RFC 8259 §6",
            expected: "200, credited with exactly 100 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let usd = "USD".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(10_000, usd), "100.00"));
    }
}
