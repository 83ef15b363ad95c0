//! Each check shown failing as well as passing: by its verdict, and by the events that it names.

use super::*;
use crate::model::{Credit, Delivery, EventKind, FaultKind, Outcome};
use crate::oracle::history::{CONFLICT, OK, REFUSED, UNKNOWN, credit, delivery, evidence, forged, ids, sent};
use crate::oracle::{Books, exercises, money_rows, prove};

const DECLARED: Rate = Rate { kind: FaultKind::Duplicate, share: 0.02, declared: true };

fn deposit(slot: u16, attempts: &[Outcome]) -> Delivery {
    delivery(sent(EventKind::Deposit, slot, "100"), Purpose::Genuine, attempts)
}

fn duplicated(slot: u16, attempts: &[Outcome]) -> Delivery {
    Delivery { faults: vec![FaultKind::Duplicate], ..deposit(slot, attempts) }
}

fn rate(kind: FaultKind, declared: bool) -> Rate {
    Rate { kind, share: 0.02, declared }
}

/// Every check on these deliveries; `credits` are the books, where there are any.
fn all(deliveries: &[Delivery], credits: Option<Vec<Credit>>, rates: &[Rate]) -> Vec<Check> {
    let ids = ids();
    let books = credits.map(|after| Books { before: Vec::new(), after, unsettled: false });
    let evidence = evidence(deliveries, books.as_ref(), &ids, &EventKind::ALL);
    let kinds: Vec<FaultKind> = rates.iter().map(|rate| rate.kind).collect();
    checks(&evidence, &prove(&evidence), rates, &exercises(deliveries, &kinds))
}

/// The verdict of one check and what it observed.
fn one(checks: &[Check], id: &str) -> (Verdict, String) {
    let found: Vec<_> = checks.iter().filter(|check| check.id == id).collect();
    let [check] = &found[..] else { panic!("{id} stands {} times in {checks:#?}", found.len()) };
    (check.verdict, check.observed.clone())
}

fn verdict(checks: &[Check], id: &str) -> Verdict {
    one(checks, id).0
}

/// The checks that fail.
fn failing(checks: &[Check]) -> Vec<&str> {
    checks.iter().filter(|check| check.verdict == Verdict::Fail).map(|check| check.id.as_str()).collect()
}

fn credits(deliveries: &[Delivery]) -> Vec<Credit> {
    deliveries.iter().map(|delivery| credit(&delivery.sent)).collect()
}

#[test]
fn a_sound_run_passes_every_check() {
    let mut deliveries = vec![deposit(3, &[OK]), duplicated(4, &[OK, OK])];
    let credits = credits(&deliveries);
    deliveries.push(forged(&deliveries[0].sent, FaultKind::WrongSecret, &[REFUSED]));
    let checks = all(&deliveries, Some(credits), &[DECLARED, rate(FaultKind::WrongSecret, true)]);
    let other: Vec<_> = checks.iter().filter(|check| check.verdict != Verdict::Pass).collect();
    let [flag] = other[..] else { panic!("{other:#?}") };
    assert_eq!((flag.id.as_str(), flag.verdict), ("ftd.flag", Verdict::Skipped));
}

#[test]
fn each_standing_fails_its_own_check_and_is_named() {
    let right = credit(&deposit(3, &[]).sent);
    let other = Credit { currency: Some("USD".to_owned()), ..right.clone() };
    let cases: [(&[Outcome], Vec<Credit>, &str, Verdict); 7] = [
        (&[OK], vec![], "ledger.lost", Verdict::Fail),
        (&[OK], vec![right.clone(), right.clone()], "ledger.double", Verdict::Fail),
        (&[OK], vec![other], "ledger.corrupt", Verdict::Fail),
        (&[REFUSED], vec![], "ledger.refused", Verdict::Fail),
        (&[REFUSED], vec![right.clone()], "ledger.contradicted", Verdict::Fail),
        (&[UNKNOWN], vec![], "ledger.unresolved", Verdict::Inconclusive),
        (&[UNKNOWN], vec![right], "ledger.unresolved", Verdict::Pass),
    ];
    for (attempts, mut booked, id, owed) in cases {
        // A second event stands well, so that each check is about the first.
        let deliveries = [deposit(3, attempts), deposit(4, &[OK])];
        booked.push(credit(&deliveries[1].sent));
        let checks = all(&deliveries, Some(booked), &[]);
        let (verdict, observed) = one(&checks, id);
        assert_eq!(verdict, owed, "{id}");
        assert_eq!(observed.contains(&deliveries[0].sent.event_id), owed != Verdict::Pass, "{observed}");
        assert!(!observed.contains(&deliveries[1].sent.event_id), "{observed}");
        assert_eq!(failing(&checks), if owed == Verdict::Fail { vec![id] } else { vec![] });
    }
}

#[test]
fn forgeries_fail_by_answer_and_by_credit() {
    let genuine = deposit(3, &[OK]);
    let with = |answer: Outcome, booked: bool| {
        let forgery = forged(&genuine.sent, FaultKind::StaleToken, &[answer]);
        let booked = booked.then(|| credit(&forgery.sent));
        let credits = std::iter::once(credit(&genuine.sent)).chain(booked).collect();
        all(&[genuine.clone(), forgery], Some(credits), &[rate(FaultKind::StaleToken, true)])
    };
    assert_eq!(failing(&with(REFUSED, false)), Vec::<&str>::new());
    assert_eq!(failing(&with(OK, false)), ["forgery.accepted", "forgery.stale-token"]);
    assert_eq!(failing(&with(REFUSED, true)), ["forgery.credited", "forgery.stale-token"]);
    let (_, observed) = one(&with(OK, false), "forgery.accepted");
    assert!(observed.ends_with("(stale-token) accepted"), "{observed}");
}

#[test]
fn strangers_are_unexpected_and_named_with_their_click() {
    let deliveries = [deposit(3, &[OK])];
    let mut credits = credits(&deliveries);
    assert_eq!(verdict(&all(&deliveries, Some(credits.clone()), &[]), "ledger.unexpected"), Verdict::Pass);
    credits.push(Credit { event_id: "theirs".to_owned(), ..credits[0].clone() });
    let (verdict, observed) = one(&all(&deliveries, Some(credits), &[]), "ledger.unexpected");
    assert_eq!((verdict, observed.as_str()), (Verdict::Fail, "event_id \"theirs\" on click clk-0"));
}

#[test]
fn no_accepted_event_at_all_is_inconclusive() {
    let accepted = |attempts: &[Outcome]| one(&all(&[deposit(3, attempts)], Some(Vec::new()), &[]), "ledger.accepted");
    assert_eq!(accepted(&[REFUSED]), (Verdict::Inconclusive, "0 of 1 were".to_owned()));
    assert_eq!(accepted(&[UNKNOWN]).0, Verdict::Inconclusive);
    assert_eq!(accepted(&[OK]).0, Verdict::Pass);
    assert_eq!(verdict(&all(&[], Some(Vec::new()), &[]), "ledger.accepted"), Verdict::Inconclusive);
}

#[test]
fn many_events_are_counted_and_a_few_of_them_named() {
    let deliveries: Vec<Delivery> = (1..=5).map(|slot| deposit(slot, &[OK])).collect();
    let (_, observed) = one(&all(&deliveries, Some(Vec::new()), &[]), "ledger.lost");
    assert!(observed.starts_with("5: ") && observed.ends_with("; …"), "{observed}");
    assert_eq!(observed.matches("lost").count(), NAMED);
}

#[test]
fn a_redirect_fails_whatever_it_was_an_answer_to() {
    let redirect = Outcome::Info(InfoReason::Redirect(301));
    let deliveries = [deposit(3, &[redirect, OK])];
    let (verdict, observed) = one(&all(&deliveries, Some(credits(&deliveries)), &[]), "http.no-redirect");
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!(observed, format!("{} was redirected with 301", deliveries[0].sent.event_id));
    let forgery = forged(&deliveries[0].sent, FaultKind::WrongSecret, &[redirect]);
    assert_eq!(self::verdict(&all(&[forgery], Some(Vec::new()), &[]), "http.no-redirect"), Verdict::Fail);
}

mod the_vacuity_rule {
    use super::*;

    #[test]
    fn what_was_declared_and_never_placed_is_inconclusive() {
        let deliveries = [deposit(3, &[OK])];
        let with = |declared| {
            let checks = all(&deliveries, Some(credits(&deliveries)), &[rate(FaultKind::Duplicate, declared)]);
            verdict(&checks, "fault.duplicate")
        };
        assert_eq!(with(true), Verdict::Inconclusive);
        assert_eq!(with(false), Verdict::Skipped);
    }

    #[test]
    fn what_was_placed_and_never_took_effect_is_inconclusive_even_undeclared() {
        let deliveries = [duplicated(3, &[OK])];
        for declared in [true, false] {
            let checks = all(&deliveries, Some(credits(&deliveries)), &[rate(FaultKind::Duplicate, declared)]);
            let (verdict, observed) = one(&checks, "fault.duplicate");
            assert_eq!(verdict, Verdict::Inconclusive);
            assert_eq!(observed, "1 placed, none took effect at the target");
        }
    }

    #[test]
    fn what_took_effect_once_is_tested() {
        let deliveries = [duplicated(3, &[OK]), duplicated(4, &[OK, OK])];
        let (verdict, observed) = one(&all(&deliveries, Some(credits(&deliveries)), &[DECLARED]), "fault.duplicate");
        assert_eq!(
            (verdict, observed.as_str()),
            (Verdict::Pass, "2 sent, 1 reached the target: all as they should be")
        );
    }
}

mod faults {
    use super::*;

    #[test]
    fn a_fault_is_blamed_for_the_double_it_was_done_to_and_for_no_other() {
        let deliveries = [duplicated(3, &[OK, OK]), deposit(4, &[OK])];
        let mut double = credits(&deliveries);
        double.push(credit(&deliveries[0].sent));
        let checks = all(&deliveries, Some(double), &[DECLARED]);
        assert_eq!(failing(&checks), ["ledger.double", "fault.duplicate"]);
        assert!(one(&checks, "fault.duplicate").1.ends_with(&format!("{} double", deliveries[0].sent.event_id)));

        let mut elsewhere = credits(&deliveries);
        elsewhere.push(credit(&deliveries[1].sent));
        assert_eq!(failing(&all(&deliveries, Some(elsewhere), &[DECLARED])), ["ledger.double"]);
    }

    #[test]
    fn a_refused_repeat_fails_and_a_conflict_on_it_warns() {
        let with = |answer| {
            let deliveries = [duplicated(3, &[OK, answer])];
            one(&all(&deliveries, Some(credits(&deliveries)), &[DECLARED]), "fault.duplicate")
        };
        let (verdict, observed) = with(REFUSED);
        assert_eq!(verdict, Verdict::Fail);
        assert!(observed.ends_with("the repeat was refused with 422"), "{observed}");
        assert_eq!(with(CONFLICT).0, Verdict::Warn);
        assert_eq!(with(OK).0, Verdict::Pass);
    }

    #[test]
    fn a_server_error_to_a_forgery_fails() {
        let with = |answer| {
            let genuine = deposit(3, &[OK]);
            let credits = vec![credit(&genuine.sent)];
            let forgery = forged(&genuine.sent, FaultKind::TamperedBody, &[answer]);
            all(&[genuine, forgery], Some(credits), &[rate(FaultKind::TamperedBody, true)])
        };
        let broken = with(Outcome::Info(InfoReason::Status(500)));
        assert_eq!(failing(&broken), ["forgery.tampered-body"]);
        assert!(one(&broken, "forgery.tampered-body").1.contains("answered 500"));
        assert_eq!(failing(&with(UNKNOWN)), Vec::<&str>::new());
        let redirected = with(Outcome::Info(InfoReason::Redirect(302)));
        assert_eq!(failing(&redirected), ["http.no-redirect", "forgery.tampered-body"]);
    }

    #[test]
    fn another_amount_warns_when_it_is_taken_and_fails_when_it_wins() {
        let genuine = deposit(3, &[OK]);
        let with = |answer, booked: &Delivery| {
            let conflicting = forged(&genuine.sent, FaultKind::OtherAmount, &[answer]);
            let deliveries = [genuine.clone(), conflicting];
            let rates = [rate(FaultKind::OtherAmount, true)];
            verdict(&all(&deliveries, Some(vec![credit(&booked.sent)]), &rates), "forgery.other-amount")
        };
        let other = forged(&genuine.sent, FaultKind::OtherAmount, &[]);
        assert_eq!(with(CONFLICT, &genuine), Verdict::Pass);
        assert_eq!(with(OK, &genuine), Verdict::Warn);
        assert_eq!(with(OK, &other), Verdict::Fail);
        assert_eq!(with(CONFLICT, &other), Verdict::Fail);
    }
}

mod evidence_itself {
    use super::*;

    const NEW: Outcome = Outcome::Ok { repeat: Some(false) };

    #[test]
    fn answers_without_a_flag_prove_nothing_about_repeats() {
        let (verdict, observed) = one(&all(&[deposit(3, &[OK])], None, &[]), "evidence.answers-only");
        assert_eq!(verdict, Verdict::Inconclusive);
        assert!(observed.contains("--read-back"), "{observed}");
        assert_eq!(self::verdict(&all(&[deposit(3, &[NEW])], None, &[]), "evidence.answers-only"), Verdict::Pass);
    }

    #[test]
    fn answers_alone_make_no_claim_about_the_books() {
        let checks = all(&[deposit(3, &[NEW])], None, &[]);
        for id in ["ledger.lost", "ledger.corrupt", "ledger.contradicted", "ledger.unexpected", "forgery.credited"] {
            assert!(checks.iter().all(|check| check.id != id), "{id}");
        }
        assert_eq!(failing(&all(&[deposit(3, &[NEW, NEW])], None, &[])), ["ledger.double"]);
    }

    #[test]
    fn a_target_without_ftd_flags_is_listed_as_not_tested_for_them() {
        let deliveries = [deposit(3, &[OK])];
        let told = credits(&deliveries).into_iter().map(|credit| Credit { is_ftd: Some(false), ..credit }).collect();
        assert_eq!(verdict(&all(&deliveries, Some(credits(&deliveries)), &[]), "ftd.flag"), Verdict::Skipped);
        assert!(all(&deliveries, Some(told), &[]).iter().all(|check| check.id != "ftd.flag"));
    }
}

#[test]
fn accounts_that_do_not_balance_are_named_with_what_they_owe() {
    let deliveries = [deposit(3, &[OK]), deposit(4, &[UNKNOWN])];
    let check = |after: Vec<Credit>| {
        money_check(
            &money_rows(&deliveries, &Books { before: Vec::new(), after, unsettled: false }, &EventKind::ALL),
            false,
        )
    };
    let right = check(credits(&deliveries));
    assert_eq!((right.verdict, right.observed.as_str()), (Verdict::Pass, "every account balances: 1"));
    let wrong = check(Vec::new());
    assert_eq!(wrong.verdict, Verdict::Fail);
    assert_eq!(wrong.observed, "aff-101, lucky-star, 2025-10-21: 0 EUR booked, must be 100 to 200");
}
