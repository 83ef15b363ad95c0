//! Tests of the grades that answers get.

use super::*;
use crate::contract::cases::tests::{KNOWN, NEW, finding, plans, terms};

const TAKEN: Outcome = Outcome::Ok { repeat: Some(false) };

fn verdict(owed: Owed, outcome: Outcome) -> Option<Verdict> {
    of_answer(owed, outcome).map(|(verdict, _)| verdict)
}

fn refused(status: u16) -> Outcome {
    Outcome::Fail(FailReason::Refused(status))
}

#[test]
fn a_refusal_is_a_4xx_and_best_the_right_one() {
    let owed = Owed::Refusal(&[401, 403]);
    assert_eq!(verdict(owed, refused(403)), None);
    assert_eq!(verdict(owed, refused(400)), Some(Verdict::Warn));
    assert_eq!(verdict(owed, InfoReason::Status(409).into()), Some(Verdict::Warn));
    for broken in
        [TAKEN, InfoReason::Status(500).into(), InfoReason::Redirect(302).into(), InfoReason::Unclear(200).into()]
    {
        assert_eq!(verdict(owed, broken), Some(Verdict::Fail), "{broken}");
    }
    assert_eq!(verdict(owed, Outcome::Fail(FailReason::NotConnected)), Some(Verdict::Inconclusive));
}

#[test]
fn a_repeat_is_accepted_and_says_so() {
    assert_eq!(verdict(Owed::Repeat, Outcome::Ok { repeat: Some(true) }), None);
    assert_eq!(verdict(Owed::Repeat, Outcome::Ok { repeat: None }), Some(Verdict::Warn));
    assert_eq!(verdict(Owed::Repeat, InfoReason::Status(409).into()), Some(Verdict::Warn));
    assert_eq!(verdict(Owed::Repeat, TAKEN), Some(Verdict::Fail));
    assert_eq!(verdict(Owed::Repeat, refused(422)), Some(Verdict::Fail));
}

#[test]
fn what_is_open_may_be_taken_or_refused_and_nothing_else() {
    for fine in [TAKEN, refused(422), InfoReason::Status(409).into()] {
        assert_eq!(verdict(Owed::Either, fine), None, "{fine}");
    }
    for broken in [InfoReason::Status(500).into(), InfoReason::Redirect(302).into(), InfoReason::Unclear(200).into()] {
        assert_eq!(verdict(Owed::Either, broken), Some(Verdict::Fail), "{broken}");
    }
}

#[test]
fn a_flag_that_cannot_be_true_fails() {
    let verdict = |case, answers: &[Outcome]| finding(case, answers).verdict;
    assert_eq!(verdict("accept.deposit", &[NEW]), Verdict::Pass);
    assert_eq!(verdict("accept.deposit", &[Outcome::Ok { repeat: None }]), Verdict::Pass);
    assert_eq!(verdict("accept.deposit", &[KNOWN]), Verdict::Fail);
    for case in ["idempotency.different-body", "idempotency.same-id-other-type"] {
        assert_eq!(verdict(case, &[KNOWN]), Verdict::Pass, "{case}");
        assert_eq!(verdict(case, &[InfoReason::Status(409).into()]), Verdict::Pass, "{case}");
        assert_eq!(verdict(case, &[NEW]), Verdict::Fail, "{case}");
    }
}

#[test]
fn ground_is_looked_at_where_its_id_is_what_the_case_is_about() {
    let of = |id: &str| {
        let family = id.split_once('.').map(|(family, _)| family).expect("a family");
        let terms = terms("");
        let (_, plan) = plans(family).into_iter().find(|(name, _)| *name == id).expect("it");
        let trial = Trial {
            case: "x",
            terms: &terms,
            plan: &plan,
            heard: &[],
            standings: &[],
            visited: &[],
            credits: &[],
            tells_ftd: true,
            suite: &[],
        };
        (0..plan.deliveries.len()).map(|delivery| only_prepares(&trial, delivery)).collect::<Vec<_>>()
    };
    assert_eq!(of("accept.refund"), [true, true, false], "registration, deposit, refund");
    assert_eq!(of("idempotency.different-body"), [true, false, false], "registration, first value, other value");
    assert_eq!(of("idempotency.same-again"), [true, false], "registration, deposit");
}

#[test]
fn what_is_told_of_several_is_told_once() {
    let mark = |of: &str, told: &str| Mark { verdict: Verdict::Fail, of: of.into(), told: told.into(), shot: None };
    let marks = [mark("refund", "was credited"), mark("deposit", "is lost"), mark("chargeback", "was credited")];
    assert_eq!(together(&marks), ["refund, chargeback were credited", "deposit is lost"]);
    let many: Vec<Mark> = (0..15).map(|place| mark(&format!("e{place}"), "is lost")).collect();
    let told = together(&many).remove(0);
    assert!(told.starts_with("e0, e1, ") && told.ends_with("e3 and 11 more are lost"), "{told}");
}
