//! `schema.currency-without-amount`: a currency of nobody knows how much, in every event with money.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};
use crate::profile::Form;

pub(super) struct CurrencyWithoutAmount;

impl Case for CurrencyWithoutAmount {
    fn card(&self) -> Card {
        Card {
            id: "schema.currency-without-amount",
            rule: "seed 003 §4 (currency always with the amount)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let ways = |form, _: &str| if form == Form::Amount { vec![("without", None)] } else { Vec::new() };
        scene.spoilt_members(ways, UNSOUND);
    }
}
