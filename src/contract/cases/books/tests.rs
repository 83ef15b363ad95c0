//! Tests of what is told of a credit's worth and day.

use std::time::Duration;

use rust_decimal::Decimal;

use super::*;
use crate::contract::cases::tests::{NEW, TAG, terms};
use crate::contract::{Heard, Shown, Stage, Terms, Tried, all, planned};
use crate::model::Ids;
use crate::oracle::Standing;
use crate::profile::{S2sJson, Sample};

const AGREED: &str = "[contract.reports]\ncurrency = \"USD\"\nzone = \"UTC\"\n\
                      rates.BRL = { \"2025-01-01\" = \"0.2\", \"2025-10-21\" = \"0.25\" }\n";

fn agreed() -> Terms {
    Terms { shown: Shown { worth: true, currency: true, day: true }, ..terms(AGREED) }
}

/// What a case finds in books that show every event by these rules: by the rate of what instant, under what day.
fn found(id: &'static str, show: impl Fn(&Planned) -> Credit) -> Finding {
    let terms = agreed();
    let (number, case) = all().find(|(_, case)| case.card().id == id).expect("a case");
    assert_eq!(case.fits(&terms), Ok(()));
    let sample = Sample::new(Ids::new(TAG.parse().expect("a tag")));
    // 2025-10-21T15:12:31Z.
    let stage = Stage { terms: &terms, profile: &S2sJson, sample: &sample, start: 1_761_059_551 };
    let (plan, _) = planned(stage, number, case, &[]);
    let tried = || Tried { outcome: NEW, took: Duration::ZERO, reply: None, said: String::new(), leaks: Vec::new() };
    let heard: Vec<Heard> = plan.shots().map(|_| Heard(vec![tried()])).collect();
    let standings = vec![Standing::Ok; plan.deliveries.len()];
    let credits: Vec<Credit> = plan
        .deliveries
        .iter()
        .map(|planned| Credit { event_id: planned.sent.event_id.clone(), ..show(planned) })
        .collect();
    case.judge(&Trial {
        case: id,
        terms: &terms,
        plan: &plan,
        heard: &heard,
        standings: &standings,
        visited: &[],
        credits: &credits,
        tells_ftd: true,
        suite: &[],
    })
}

fn worth_of(planned: &Planned, rate: &str) -> Credit {
    let rate: Decimal = rate.parse().expect("a rate");
    let worth = owed_amount(&planned.sent).map(|owed| (owed.decimal() * rate).round_dp(2).to_string());
    Credit {
        report_amount: worth.map(|worth| BookedAmount::Exact(worth.parse().expect("an amount"))),
        report_currency: Some("USD".into()),
        ..Credit::default()
    }
}

#[test]
fn an_amount_is_worth_what_the_rate_of_its_day_says() {
    for (id, right, wrong) in [("books.report-currency", "0.25", "0.2"), ("books.rate-of-the-day", "0.2", "0.25")] {
        let finding = found(id, |planned| worth_of(planned, right));
        assert_eq!(finding.verdict, Verdict::Pass, "{id}: {}", finding.observed);
        let finding = found(id, |planned| worth_of(planned, wrong));
        assert_eq!(finding.verdict, Verdict::Fail, "{id}: {}", finding.observed);
        assert!(finding.observed.contains("instead of") && !finding.shown_by.is_empty(), "{finding:?}");
    }
    let elsewhere = |planned: &Planned| Credit { report_currency: Some("EUR".into()), ..worth_of(planned, "0.25") };
    let finding = found("books.report-currency", elsewhere);
    assert!(finding.observed.ends_with("is worth something in EUR instead of USD"), "{finding:?}");
    let finding = found("books.report-currency", |_| Credit::default());
    assert!(finding.observed.contains("is worth nothing in reports"), "{finding:?}");
}

#[test]
fn a_credit_stands_under_the_day_of_the_agreed_zone() {
    let by_hours = |hours: i64| {
        move |planned: &Planned| {
            let at = jiff::Timestamp::from_second(planned.sent.at + hours * 3600).expect("an instant");
            Credit { report_day: Some(at.to_string()), ..Credit::default() }
        }
    };
    let finding = found("books.report-day", by_hours(0));
    assert_eq!(finding.verdict, Verdict::Pass, "{}", finding.observed);
    for hours in [-3, 3] {
        let finding = found("books.report-day", by_hours(hours));
        assert_eq!(finding.verdict, Verdict::Fail, "{hours}: {}", finding.observed);
    }
    assert_eq!(found("books.report-day", |_| Credit::default()).verdict, Verdict::Fail);
}

#[test]
fn what_nobody_declared_is_not_tried() {
    for (_, case) in all().filter(|(_, case)| case.card().id.starts_with("books.")) {
        assert!(case.fits(&terms("")).is_err(), "{}", case.card().id);
    }
}
