//! `books.report-currency`: a deposit of today in a foreign currency, and a part of it back.

use super::{deposit, told, worth};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::{EventKind, Money};

pub(super) struct ReportCurrency;

/// The part that goes back, in minor units.
const BACK: i64 = 23_459;

impl Case for ReportCurrency {
    fn card(&self) -> Card {
        Card {
            id: "books.report-currency",
            rule: "seed 003 §7, §8 (amounts in the report currency, negative income)",
            expected: "worth the amount at the agreed rate in reports, to the cent; a refund is worth less than nothing",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_worth()?;
        super::rate_of_the_day::need_rates(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Some(currency) = scene.terms.contract.reports.rated(scene.start()) else { return };
        let player = scene.player();
        let deposit = deposit(scene, &player, currency);
        scene.accepted(deposit);
        let back = Money::from_minor(BACK, currency);
        let refund = scene.event(&player, EventKind::Refund).money(back, &back.amount().to_string());
        scene.accepted(refund);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        told(trial, |planned, credit| worth(trial, planned, credit))
    }
}
