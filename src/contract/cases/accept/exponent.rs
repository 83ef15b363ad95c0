//! `accept.exponent`: a whole amount with an exponent, which is the same number.

use crate::contract::{Card, Case, Scene};
use crate::model::{Currency, Money};

pub(super) struct Exponent;

impl Case for Exponent {
    fn card(&self) -> Card {
        Card {
            id: "accept.exponent",
            rule: "seed 003 §4, §13.3; RFC 8259 §6",
            expected: "200, credited with exactly 100 USD",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let first = scene.deposit(&player);
        scene.ground(first);
        let usd = "USD".parse::<Currency>().expect("it is in the list");
        let deposit = scene.deposit(&player).repeat_deposit();
        scene.accepted(deposit.money(Money::from_minor(10_000, usd), "1e2"));
    }
}
