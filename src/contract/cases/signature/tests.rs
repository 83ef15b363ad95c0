//! Tests of what the signature cases send, by the rule of every scheme: bad in the signature, and in nothing else.

use super::*;
use crate::contract::Owed;
use crate::contract::bench::Bench;

#[test]
fn every_refusal_is_owed_to_a_signature_that_does_not_hold() {
    for (target, bench) in Bench::all() {
        for case in CASES {
            for posted in bench.posted(*case).into_iter().flatten() {
                let id = case.card().id;
                match posted.owed {
                    Owed::Refusal(_) => assert!(bench.verify(&posted).is_err(), "{id} to {target} came out valid"),
                    Owed::Ground => assert_eq!(bench.verify(&posted), Ok(()), "{id} to {target}"),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn each_case_fits_somewhere_and_the_common_ones_everywhere() {
    let benches = Bench::all();
    for case in CASES {
        let fitting = benches.iter().filter(|(_, bench)| bench.posted(*case).is_some()).count();
        let id = case.card().id;
        assert!(fitting > 0, "{id} fits nowhere");
        let common = ["missing", "empty", "wrong-secret", "tampered", "of-another-event", "truncated"];
        if common.iter().any(|name| id.contains(name)) {
            assert_eq!(fitting, benches.len(), "{id}");
        }
    }
}

#[test]
fn a_respelled_body_has_other_bytes_than_its_canonical_forms() {
    let (_, bench) = Bench::all().remove(0);
    let posted = bench.posted(&raw_where_canonical::RawWhereCanonical).expect("it fits");
    let body = &posted.last().expect("a deposit").wire.body;
    let text = String::from_utf8_lossy(body);
    assert!(text.contains("\"amount\": 100.00"), "{text}");
    for form in [crate::sign::Canonical::Jcs, crate::sign::Canonical::Sorted] {
        assert_ne!(*form.apply(body, None).expect("JSON"), **body);
    }
}
