//! The cases of `operator.*` where there is an operator, where there is none, and where its pages lead nowhere.

use postproof::model::Verdict;
use postproof_mocks::Database;

use crate::check::{found, report};
use crate::harness::{Served, ids, shown};

const ALL: &[&str] = &["operator.*"];

#[tokio::test(flavor = "multi_thread")]
async fn the_stack_inside_the_process_has_an_operator_of_its_own() {
    let report = report("", ALL).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let passed = ids(&report, Verdict::Pass);
    let cases = passed.iter().filter(|id| id.starts_with("operator.")).count();
    assert_eq!(cases, 7, "all but operator.busy, for which no rate is declared: {}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_nobody_named_or_that_may_not_be_asked_is_not_visited() {
    let served = Served::with(&[], Database::Memory).await;
    for operator in ["", "[operator]\nurl = \"https://operator.example\"\n"] {
        let report = report(&served.scenario(1, operator), ALL).await;
        let told = &found(&report, "operator.deposit").observed;
        assert!(told.starts_with("there is no operator whose pages may be visited"), "{told}");
        assert!(ids(&report, Verdict::Fail).is_empty(), "{}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_lead_nowhere_accuse_nobody() {
    let served = Served::with(&[], Database::Memory).await;
    let url = &served.urls.operator;
    for (more, told) in [
        ("paths.register = \"/nowhere\"", "the step of the registration was refused with 404 by the operator"),
        ("answer.account_id = \"/nothing\"", "the answer to the registration names no account at /nothing"),
        ("answer.event_id = \"/nothing\"", "an answer of the operator names no event id at /nothing"),
    ] {
        let operator = format!("[operator]\nurl = \"{url}\"\n{more}\n");
        let report = report(&served.scenario(1, &operator), &["operator.deposit"]).await;
        let check = found(&report, "operator.deposit");
        assert_eq!(check.verdict, Verdict::Inconclusive, "{more}: {}", shown(&report));
        assert!(check.observed.contains(told), "{more}: {}", check.observed);
        assert!(ids(&report, Verdict::Fail).is_empty(), "{more}: {}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_in_words() {
    let served = Served::with(&["operator-always-usd", "operator-no-dead-letters"], Database::Memory).await;
    let operator = format!("[operator]\nurl = \"{}\"\npaths.dead_letters = \"/operator/dlq\"\n", served.urls.operator);
    let report = report(&served.scenario(1, &operator), ALL).await;
    let told = &found(&report, "operator.deposit").observed;
    assert!(told.contains("was booked with currency USD instead of BRL"), "{told}");
    let told = &found(&report, "operator.dead-letters").observed;
    assert!(told.contains("it is no dead letter"), "{told}");
    assert_eq!(found(&report, "operator.deposit").repro.len(), 1, "only postproof can play a visit again");
}
