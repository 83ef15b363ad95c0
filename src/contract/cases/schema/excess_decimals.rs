//! `schema.excess-decimals`: an amount with more decimals than its currency has.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct ExcessDecimals;

impl Case for ExcessDecimals {
    fn card(&self) -> Card {
        Card {
            id: "schema.excess-decimals",
            rule: "ISO 4217 (minor units); seed 003 §17 (to a cent)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for (amount, currency) in [("10000.5", "JPY"), ("100.005", "EUR"), ("100.0005", "KWD")] {
            let deposit = scene.deposit(&player).json("amount", amount).text("currency", currency);
            scene.refused(deposit.noted(format!("of {amount} {currency}")), UNSOUND);
        }
    }
}
