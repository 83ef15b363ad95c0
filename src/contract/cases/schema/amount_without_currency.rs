//! `schema.amount-without-currency`: an amount of nobody knows what, in every event with money.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};
use crate::profile::Form;

pub(super) struct AmountWithoutCurrency;

impl Case for AmountWithoutCurrency {
    fn card(&self) -> Card {
        Card {
            id: "schema.amount-without-currency",
            rule: "seed 003 §4 (currency always with the amount)",
            expected: "400 or 422, no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let ways = |form, _: &str| if form == Form::Currency { vec![("without", None)] } else { Vec::new() };
        scene.spoilt_members(ways, UNSOUND);
    }
}
