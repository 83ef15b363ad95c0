//! Tests of visits as they are planned, and of what is told of what they came to.

use std::time::Duration;

use super::*;
use crate::contract::cases::tests::{TAG, terms};
use crate::contract::{Arrival, Letters, OperatorTerms, Plan, Revival, Stage, all, planned};
use crate::model::{Attempt, Credit, EventKind, Ids, Outcome, Sent};
use crate::oracle::Mismatch;
use crate::profile::{S2sJson, Sample};

const OPERATOR: Option<OperatorTerms> = Some(OperatorTerms { names_events: true, letters: true, redelivers: true });

fn agreed() -> Terms {
    Terms { operator: OPERATOR, ..terms("rate = 4\n") }
}

fn case(id: &str) -> (u64, &'static dyn Case) {
    all().find(|(_, case)| case.card().id == id).expect("a case")
}

fn plan(id: &str, sample: &Sample, terms: &Terms) -> Plan {
    let (number, case) = case(id);
    assert_eq!(case.fits(terms), Ok(()), "{id}");
    planned(Stage { terms, profile: &S2sJson, sample, start: 1_761_059_551 }, number, case, &[]).0
}

fn sample() -> Sample {
    Sample::new(Ids::new(TAG.parse().expect("a tag")))
}

/// What a case finds where every step was taken, and this was made of what came of it.
fn found(id: &'static str, change: impl Fn(&mut Visited, &mut Vec<Credit>)) -> Finding {
    let (terms, sample) = (agreed(), sample());
    let plan = plan(id, &sample, &terms);
    let mut credits = Vec::new();
    let visits = plan.visits.iter().map(|visit| {
        let journey = visit.journey(&sample);
        let stray = visit.arrival != Arrival::Clicked;
        let purpose = if stray { Purpose::Untold(id) } else { Purpose::Genuine };
        let delivery = |(number, event)| {
            let mut sent = Sent::of(sample.ids(), &journey.player, event);
            sent.event_id = format!("theirs-{}-{number}", visit.player);
            let attempts = vec![Attempt { outcome: Outcome::Ok { repeat: None }, took: Duration::ZERO }];
            Delivery { sent, purpose, faults: Vec::new(), attempts, dead_lettered: false }
        };
        let deliveries: Vec<Delivery> = journey.events.iter().enumerate().map(delivery).collect();
        let standings = deliveries.iter().map(|_| if stray { Standing::Harmless } else { Standing::Ok }).collect();
        let click_id = journey.player.click_id.as_str().to_owned();
        if !stray {
            credits.extend(deliveries.iter().map(|delivery| Credit {
                event_id: delivery.sent.event_id.clone(),
                click_id: Some(click_id.clone()),
                ..Credit::default()
            }));
        }
        let letters = stray.then_some(Letters::Kept);
        let revival = plan.revives.then_some(Revival::Asked(2));
        Visited { click_id, deliveries, standings, trouble: None, letters, revival }
    });
    let mut visited: Vec<Visited> = visits.collect();
    let last = visited.last_mut().expect("a visit");
    change(last, &mut credits);
    case(id).1.judge(&Trial {
        case: id,
        terms: &terms,
        plan: &plan,
        heard: &[],
        standings: &[],
        visited: &visited,
        credits: &credits,
        tells_ftd: true,
        suite: &[],
    })
}

fn ids() -> impl Iterator<Item = &'static str> {
    all().map(|(_, case)| case.card().id).filter(|id| id.starts_with("operator."))
}

#[test]
fn every_visit_begins_with_a_registration_and_has_ids_of_its_own() {
    let (terms, sample) = (agreed(), sample());
    for id in ids() {
        let plan = plan(id, &sample, &terms);
        assert!(!plan.visits.is_empty() && plan.steps.is_empty(), "{id}");
        let mut players: Vec<u64> = plan.visits.iter().map(|visit| visit.player).collect();
        players.dedup();
        assert_eq!(players.len(), plan.visits.len(), "{id}");
        for visit in &plan.visits {
            assert_eq!(visit.deeds[0].key.kind, EventKind::Registration, "{id}");
            let journey = visit.journey(&sample);
            assert_eq!(journey.player.brand.as_str(), visit.brand.as_str());
            let firsts = journey.events.iter().filter(|event| event.detail.says_ftd()).count();
            let deposits = visit.deeds.iter().filter(|deed| deed.key.kind == EventKind::Deposit).count();
            assert_eq!(firsts, deposits.min(1), "{id}");
            assert!(journey.events.iter().zip(&visit.deeds).all(|(event, deed)| event.detail.money() == deed.money));
        }
    }
}

#[test]
fn what_came_as_it_should_passes_and_what_did_not_is_told() {
    for id in ids() {
        let finding = found(id, |_, _| {});
        assert_eq!(finding.verdict, Verdict::Pass, "{id}: {}", finding.observed);
        let cut = found(id, |visited, _| visited.trouble = Some("there is no click id".to_owned()));
        assert_eq!((cut.verdict, cut.observed.as_str()), (Verdict::Inconclusive, "there is no click id"), "{id}");
    }
    let wrong = || vec![Mismatch { field: "currency", owed: "BRL".into(), booked: "USD".into() }];
    for (standing, told) in [
        (Standing::Lost, "is not in the tracker's books"),
        (Standing::Double, "was credited more than once"),
        (Standing::Corrupt(wrong()), "was booked with currency USD instead of BRL"),
    ] {
        for id in ids().filter(|id| *id != "operator.dead-letters") {
            let finding = found(id, |visited, _| visited.standings[0] = standing.clone());
            assert_eq!(finding.verdict, Verdict::Fail, "{id}");
            assert!(finding.observed.contains(told), "{id}: {}", finding.observed);
        }
    }
}

#[test]
fn a_credit_besides_is_one_too_many() {
    let besides = |visited: &mut Visited, credits: &mut Vec<Credit>| {
        let click_id = Some(visited.click_id.clone());
        credits.push(Credit { event_id: "spare".into(), click_id, event: Some("refund".into()), ..Credit::default() });
    };
    let finding = found("operator.once", besides);
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.observed, "credited besides, for the same click: refund (spare)");
}

#[test]
fn what_was_refused_has_to_be_kept() {
    let with = |letters: Letters| found("operator.dead-letters", move |v, _| v.letters = Some(letters.clone())).verdict;
    assert_eq!(with(Letters::Missing(Duration::from_secs(5))), Verdict::Fail);
    assert_eq!(with(Letters::Unread("404".into())), Verdict::Inconclusive);
    let credited = |visited: &mut Visited, credits: &mut Vec<Credit>| {
        let event_id = visited.deliveries[0].sent.event_id.clone();
        credits.push(Credit { event_id, ..Credit::default() });
    };
    assert_eq!(found("operator.dead-letters", credited).verdict, Verdict::Inconclusive);
}

#[test]
fn what_was_given_up_has_to_come_through_when_it_is_asked_for() {
    let with = |revival: Revival| {
        found("operator.redelivery", move |v, _| {
            v.revival = Some(revival.clone());
            v.standings[0] = Standing::Lost;
        })
    };
    // The first visit of the case tells; the last one is changed here.
    assert_eq!(with(Revival::Asked(1)).verdict, Verdict::Fail);
    let all = |revival: Option<Revival>| judged(&[Visited { revival, ..Visited::default() }]).verdict;
    assert_eq!(all(Some(Revival::Needless)), Verdict::Skipped);
    assert_eq!(all(Some(Revival::Failed("403".into()))), Verdict::Inconclusive);
    assert_eq!(all(None), Verdict::Inconclusive);
}

/// What `operator.redelivery` finds of such visits.
fn judged(visited: &[Visited]) -> Finding {
    let (terms, id) = (agreed(), "operator.redelivery");
    let plan = plan(id, &sample(), &terms);
    case(id).1.judge(&Trial {
        case: id,
        terms: &terms,
        plan: &plan,
        heard: &[],
        standings: &[],
        visited,
        credits: &[],
        tells_ftd: true,
        suite: &[],
    })
}

#[test]
fn what_nobody_declared_is_not_tried() {
    for id in ids() {
        assert!(case(id).1.fits(&terms("")).is_err(), "{id}");
        let without = |terms: OperatorTerms| Terms { operator: Some(terms), ..agreed() };
        let unnamed = without(OperatorTerms { names_events: false, letters: true, redelivers: true });
        assert!(case(id).1.fits(&unnamed).is_err(), "{id}");
    }
    let (_, letters) = case("operator.dead-letters");
    let nowhere = OperatorTerms { names_events: true, letters: false, redelivers: true };
    assert!(letters.fits(&Terms { operator: Some(nowhere), ..agreed() }).is_err());
    let (_, redelivery) = case("operator.redelivery");
    let unasked = OperatorTerms { names_events: true, letters: true, redelivers: false };
    assert!(redelivery.fits(&Terms { operator: Some(unasked), ..agreed() }).is_err());
    let (_, busy) = case("operator.busy");
    for rate in ["", "rate = 1000\n"] {
        assert!(busy.fits(&Terms { operator: OPERATOR, ..terms(rate) }).is_err(), "{rate}");
    }
}
