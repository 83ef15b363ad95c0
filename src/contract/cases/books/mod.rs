//! `books.*`: what credits are worth in reports, and under which day they stand there, as far as the scenario says what was
//! agreed on (`[contract.reports]`) and where a credit shows it (`[read_back.map]`).

mod rate_of_the_day;
mod report_currency;
mod report_day;

use rust_decimal::RoundingStrategy;

use crate::contract::{Case, Draft, Finding, Planned, Scene, Trial, grade};
use crate::model::{Amount, BookedAmount, Credit, Currency, EventKind, Money, Player, Verdict, printable};
use crate::oracle::owed_amount;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] =
    &[&report_currency::ReportCurrency, &rate_of_the_day::RateOfTheDay, &report_day::ReportDay];

/// What deposits are of, in minor units: a sum that no common rate makes a round one.
const MINOR: i64 = 123_457;

/// An account that was opened at that second, and its first deposit in the same one. Since the click was only just made,
/// the target may refuse both.
fn opened_at(scene: &mut Scene<'_>, at: i64, currency: Currency) {
    let player = scene.visitor();
    let registration = scene.event(&player, EventKind::Registration).dated(at);
    scene.open(registration);
    let deposit = deposit(scene, &player, currency).dated(at);
    scene.open(deposit);
}

/// A player's first deposit, in a currency.
fn deposit<'a>(scene: &mut Scene<'a>, player: &Player<'a>, currency: Currency) -> Draft {
    let money = Money::from_minor(MINOR, currency);
    scene.deposit(player).money(money, &money.amount().to_string())
}

/// The finding where each credit is told apart by what it shows: what is wrong with it, if anything is, or what it shows.
fn told(trial: &Trial<'_>, wrong: impl Fn(&Planned, &Credit) -> Option<Result<String, String>>) -> Finding {
    let graded = grade(trial);
    if graded.verdict == Verdict::Fail {
        return graded;
    }
    let mut shown = Vec::new();
    for (place, planned, _) in trial.deliveries() {
        let Some(credit) = trial.credit(&planned.sent.event_id) else { continue };
        match wrong(planned, credit) {
            None => {}
            Some(Ok(as_it_should_be)) => shown.push(as_it_should_be),
            Some(Err(wrong)) => {
                let observed = format!("{} {wrong}", planned.sent.event_id);
                return Finding::fail(observed, trial.shot_of(place).into_iter().collect());
            }
        }
    }
    match shown.as_slice() {
        [] => {
            Finding::inconclusive(format!("none of it was credited, so there is nothing to see: {}", graded.observed))
        }
        _ => Finding { observed: shown.join("; "), ..graded },
    }
}

/// What is wrong with a credit's worth in reports, or what it is. The amount is converted by the agreed rate of its day, and
/// may be rounded to the minor units of the reports' currency; a half may go either way. A registration has none.
fn worth(trial: &Trial<'_>, planned: &Planned, credit: &Credit) -> Option<Result<String, String>> {
    let (owed, money) = (owed_amount(&planned.sent)?, planned.sent.money?);
    let (reports, into) = (&trial.terms.contract.reports, trial.terms.contract.reports.currency?);
    let rate = reports.rate(money.currency(), planned.sent.at)?;
    let exact = owed.decimal().checked_mul(rate)?;
    let rounded = |strategy| exact.round_dp_with_strategy(into.minor_units(), strategy);
    let (even, away) =
        (rounded(RoundingStrategy::MidpointNearestEven), rounded(RoundingStrategy::MidpointAwayFromZero));
    let how = format!("{owed} {} at {rate}", money.currency());
    let told = match &credit.report_amount {
        Some(BookedAmount::Exact(told)) => Some(told.decimal()),
        _ => None,
    };
    if !told.is_some_and(|told| [even, away, exact].contains(&told)) {
        let (even, shown) = (even.normalize(), shown(credit.report_amount.as_ref()));
        return Some(Err(format!("is worth {shown} in reports instead of {even} {into} ({how})")));
    }
    if trial.terms.shown.currency && credit.report_currency.as_deref() != Some(into.code()) {
        let shown = credit.report_currency.as_deref().map_or_else(|| "nothing".to_owned(), printable);
        return Some(Err(format!("is worth something in {shown} instead of {into}")));
    }
    Some(Ok(format!("{} {into} for {how}", told.unwrap_or_default().normalize())))
}

fn shown(amount: Option<&BookedAmount>) -> String {
    match amount {
        None => "nothing".to_owned(),
        Some(BookedAmount::Exact(amount)) => Amount::to_string(amount),
        Some(BookedAmount::Other(text)) => printable(text),
    }
}

#[cfg(test)]
mod tests;
