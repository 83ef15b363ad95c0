//! `books.report-day`: events in the last second of a day and in the first one of the next, by the reports' own zone.

use super::{opened_at, told};
use crate::contract::{Card, Case, Finding, Planned, Scene, Terms, Trial, Unfit};
use crate::model::{Credit, Currency, printable};

pub(super) struct ReportDay;

impl Case for ReportDay {
    fn card(&self) -> Card {
        Card {
            id: "books.report-day",
            rule: "seed 003 §7, §13.2 (the project's time zone in reports)",
            expected: "each counted under its own day of the agreed zone, on both sides of midnight",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_report_day()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Some(midnight) = scene.terms.contract.reports.midnight(scene.start()) else { return };
        let usd: Currency = "USD".parse().expect("it is in the list");
        opened_at(scene, midnight - 1, usd);
        opened_at(scene, midnight, usd);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        told(trial, |planned, credit| day(trial, planned, credit))
    }
}

fn day(trial: &Trial<'_>, planned: &Planned, credit: &Credit) -> Option<Result<String, String>> {
    let owed = trial.terms.contract.reports.day(planned.sent.at)?.to_string();
    let told = credit.report_day.as_deref().map_or_else(|| "no day".to_owned(), printable);
    // A day may be told with its time behind it.
    if told.get(..owed.len()) == Some(owed.as_str()) {
        return Some(Ok(format!("{} under {owed}", planned.sent.kind().name())));
    }
    let at = jiff::Timestamp::from_second(planned.sent.at).map_or_else(|_| String::new(), |at| at.to_string());
    Some(Err(format!("of {at} stands under {told} in reports instead of {owed}")))
}
