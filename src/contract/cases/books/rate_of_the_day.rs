//! `books.rate-of-the-day`: a postback that comes late, of a deposit on a day with another rate than today's.

use super::{opened_at, told, worth};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};

pub(super) struct RateOfTheDay;

impl Case for RateOfTheDay {
    fn card(&self) -> Card {
        Card {
            id: "books.rate-of-the-day",
            rule: "seed 003 §7 (date-time-based FX)",
            expected: "worth what the rate of the event's own day says, not that of the day on which it came",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_worth()?;
        need_rates(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Some((currency, at)) = scene.terms.contract.reports.rated_otherwise(scene.start()) else { return };
        opened_at(scene, at, currency);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        if trial.plan.deliveries.is_empty() {
            return Finding::inconclusive("the agreed rates have been the same ever since (contract.reports.rates)");
        }
        told(trial, |planned, credit| worth(trial, planned, credit))
    }
}

/// Nothing against it where rates to the currency of reports were agreed on.
pub(super) fn need_rates(terms: &Terms) -> Result<(), Unfit> {
    if terms.contract.reports.has_rates() {
        Ok(())
    } else {
        Err("no scenario says which rates were agreed on (contract.reports.rates)")
    }
}
