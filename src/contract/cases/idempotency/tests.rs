//! Tests of the ids that are near one another: each differs in what its case says and in nothing else.

use super::super::tests::{KNOWN, NEW, TAG, finding, plans};
use crate::contract::Plan;
use crate::model::{EventKind, FailReason, Ids, InfoReason, Outcome, Verdict};

fn plan(id: &str) -> Plan {
    plans("idempotency").into_iter().find(|(name, _)| *name == id).expect("a case").1
}

/// The ids of a case's deposits.
fn deposits(id: &str) -> Vec<String> {
    let plan = plan(id);
    let deposits = plan.deliveries.iter().filter(|planned| planned.sent.kind() == EventKind::Deposit);
    deposits.map(|planned| planned.sent.event_id.clone()).collect()
}

/// How many characters two texts have in common from the beginning.
fn in_common(left: &str, right: &str) -> usize {
    left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
}

#[test]
fn near_ids_are_ours_and_not_too_long() {
    let ids = Ids::new(TAG.parse().expect("a tag"));
    for case in ["idempotency.ids-by-case", "idempotency.ids-by-last-character", "idempotency.ids-by-tail"] {
        let near = deposits(case);
        assert_eq!(near.len(), 2, "{case}");
        assert_ne!(near[0], near[1], "{case}");
        assert!(near.iter().all(|id| ids.bears_tag(id) && id.len() <= 100), "{case}: {near:?}");
    }
}

#[test]
fn near_ids_differ_in_what_is_said() {
    let by_case = deposits("idempotency.ids-by-case");
    assert_eq!(by_case[0].to_lowercase(), by_case[1].to_lowercase());
    let by_last = deposits("idempotency.ids-by-last-character");
    assert_eq!(in_common(&by_last[0], &by_last[1]), by_last[0].len() - 1);
    let by_tail = deposits("idempotency.ids-by-tail");
    assert_eq!((by_tail[0].len(), in_common(&by_tail[0], &by_tail[1])), (100, 99));
}

#[test]
fn a_hundred_events_come_between() {
    let plan = plan("idempotency.after-others");
    let repeated = plan.shots().last().and_then(|shot| shot.delivery).expect("a repeat");
    let between = plan.shots().skip_while(|shot| shot.delivery != Some(repeated)).skip(1);
    assert_eq!(between.filter(|shot| shot.delivery != Some(repeated)).count(), 105, "with five registrations");
}

#[test]
fn bodies_without_an_id_have_none() {
    let plan = plan("idempotency.fallback-window");
    assert!(plan.deliveries.is_empty());
    for shot in plan.shots() {
        let body = String::from_utf8_lossy(&shot.request.body).into_owned();
        assert!(!body.contains("event_id"), "{body}");
    }
}

#[test]
fn an_unheard_sender_may_be_told_either_and_then_a_repeat() {
    let gone = Outcome::Info(InfoReason::GaveUpWaiting);
    let verdict = |answers: [Outcome; 3]| finding("idempotency.unheard-retry", &answers).verdict;
    for retry in [NEW, KNOWN, InfoReason::Status(409).into()] {
        assert_eq!(verdict([gone, retry, KNOWN]), Verdict::Pass, "{retry}");
    }
    assert_eq!(verdict([gone, KNOWN, NEW]), Verdict::Fail);
    assert_eq!(verdict([gone, Outcome::Fail(FailReason::Refused(422)), KNOWN]), Verdict::Fail);
}

#[test]
fn of_copies_at_once_one_is_new() {
    let verdict = |odd: &[(usize, Outcome)]| {
        let mut answers: Vec<Outcome> = (0..80).map(|copy| if copy % 20 == 3 { NEW } else { KNOWN }).collect();
        for (place, answer) in odd {
            answers[*place] = *answer;
        }
        finding("idempotency.twenty-at-once", &answers).verdict
    };
    assert_eq!(verdict(&[]), Verdict::Pass);
    assert_eq!(verdict(&[(41, InfoReason::Status(409).into())]), Verdict::Pass);
    assert_eq!(verdict(&[(41, NEW)]), Verdict::Fail);
    assert_eq!(verdict(&[(41, Outcome::Fail(FailReason::Refused(422)))]), Verdict::Fail);
}

#[test]
fn without_an_id_the_second_is_the_repeat() {
    let verdict = |answers: [Outcome; 4]| finding("idempotency.fallback-window", &answers).verdict;
    assert_eq!(verdict([NEW, KNOWN, NEW, KNOWN]), Verdict::Pass);
    assert_eq!(verdict([NEW, KNOWN, NEW, NEW]), Verdict::Fail);
    assert_eq!(verdict([Outcome::Fail(FailReason::Refused(422)), KNOWN, NEW, KNOWN]), Verdict::Fail);
}
