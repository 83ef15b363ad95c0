//! Tests of what the schema cases send: what can be read is rightly signed, and what cannot holds under some reading.

use std::collections::HashSet;

use super::*;
use crate::contract::Owed;
use crate::contract::bench::{Bench, Posted};
use crate::model::{FailReason, InfoReason, Outcome, Verdict};
use crate::profile::Payload;
use crate::sign::Canonical;

fn bench(name: &str) -> Bench {
    let named = Bench::all().into_iter().find(|(target, _)| target == name);
    named.expect("a target of that name").1
}

fn bodies(case: &dyn Case) -> Vec<String> {
    let posted = bench("s2s-json jcs header X-Signature").posted(case).expect("it fits");
    let odd = posted.iter().filter(|posted| posted.owed != Owed::Ground);
    odd.map(|posted| String::from_utf8_lossy(&posted.wire.body).into_owned()).collect()
}

#[test]
fn nothing_but_the_document_is_bad() {
    for (target, bench) in Bench::all() {
        // Ten megabytes take a strict reader seconds in a test build; they have a test of their own.
        for case in CASES.iter().filter(|case| case.card().id != "schema.oversize") {
            let readable = |posted: &Posted| Payload::read(&posted.wire.body).is_ok();
            for posted in bench.posted(*case).into_iter().flatten().filter(readable) {
                assert_eq!(bench.verify(&posted), Ok(()), "{} to {target}, {}", case.card().id, posted.note);
            }
        }
    }
}

#[test]
fn where_the_bytes_are_signed_every_case_holds_under_some_reading() {
    let target = bench("github");
    for case in CASES {
        let posted = target.posted(*case).expect("exact bytes can be signed, whatever they are");
        let odd: Vec<_> = posted.iter().filter(|posted| posted.owed != Owed::Ground).collect();
        let id = case.card().id;
        assert!(odd.iter().any(|posted| target.verify(posted).is_ok()), "{id}");
        let notes: HashSet<_> = odd.iter().map(|posted| (&posted.note, &posted.wire.body)).collect();
        assert_eq!(notes.len(), odd.len(), "{id}: every variant is another one");
    }
}

#[test]
fn every_required_member_is_spoilt_in_every_event() {
    // Four members of five events; amount and currency are owed by three of them.
    for (case, variants) in [
        (&missing_field::MissingField as &dyn Case, 20),
        (&null_field::NullField, 26),
        (&empty_field::EmptyField, 26),
        (&mistyped_field::MistypedField, 52),
        (&amount_without_currency::AmountWithoutCurrency, 3),
        (&currency_without_amount::CurrencyWithoutAmount, 3),
    ] {
        assert_eq!(bodies(case).len(), variants, "{}", case.card().id);
    }
}

#[test]
fn bodies_are_spoilt_as_their_cases_say() {
    assert!(bodies(&nan_amount::NanAmount)[0].contains("\"amount\":NaN,"));
    assert!(bodies(&time_with_offset::TimeWithOffset)[0].contains("\"ts_event\":\"2025-10-21T17:"));
    assert!(bodies(&time_as_number::TimeAsNumber)[0].contains("\"ts_event\":17610"));
    assert!(bodies(&duplicate_keys::DuplicateKeys)[0].contains("\"amount\":100,\"amount\":1000,"));
    assert!(bodies(&array::Array).iter().all(|body| body.starts_with("[{") && body.ends_with("}]")));
    assert!(bodies(&byte_order_mark::ByteOrderMark)[0].starts_with("\u{feff}{"));
    assert!(bodies(&form_encoded::FormEncoded)[0].contains("&amount=100&"));
    assert!(bodies(&truncated::Truncated)[0].ends_with('"'), "the closing brace alone is missing");
    assert_eq!(bodies(&empty_body::EmptyBody), [""]);
    let ids: Vec<_> = bodies(&over_long_id::OverLongId).iter().map(String::len).collect();
    assert!(ids[0] > 1_000 && ids[1] > 10_000, "{ids:?}");
}

#[test]
fn the_oversize_body_is_its_own_canonical_form() {
    let body = &bodies(&oversize::Oversize)[0];
    assert!(body.len() > 10 << 20 && body.ends_with("x\"}"));
    let short = body.replace(&"x".repeat(1 << 20), "");
    assert!(short.len() < 1 << 20, "nearly all of it is padding");
    let canonical = Canonical::Jcs.apply(short.as_bytes(), None).expect("JSON");
    assert_eq!(String::from_utf8_lossy(&canonical), short);
}

fn verdict(case: &dyn Case, outcome: impl Into<Outcome>) -> Verdict {
    let outcome = outcome.into();
    bench("github").found(case, |_| outcome).verdict
}

fn refused(status: u16) -> Outcome {
    Outcome::Fail(FailReason::Refused(status))
}

const TAKEN: Outcome = Outcome::Ok { repeat: Some(false) };

#[test]
fn an_oversize_body_is_refused_or_cut_off() {
    let of = |outcome| verdict(&oversize::Oversize, outcome);
    for fine in [refused(413), refused(400), InfoReason::Broken.into()] {
        assert_eq!(of(fine), Verdict::Pass, "{fine}");
    }
    for bad in [TAKEN, InfoReason::Timeout.into(), InfoReason::Status(500).into(), InfoReason::Unclear(200).into()] {
        assert_eq!(of(bad), Verdict::Fail, "{bad}");
    }
    assert_eq!(of(Outcome::Fail(FailReason::NotConnected)), Verdict::Inconclusive);
}

#[test]
fn deep_nesting_is_taken_or_refused_and_stops_nothing() {
    let of = |outcome| verdict(&deep_nesting::DeepNesting, outcome);
    assert_eq!([of(TAKEN), of(refused(400))], [Verdict::Pass; 2]);
    for bad in [InfoReason::Timeout, InfoReason::Broken, InfoReason::Status(500)] {
        assert_eq!(of(bad.into()), Verdict::Fail, "{bad:?}");
    }
}

#[test]
fn findings_name_the_variants_that_were_taken() {
    let second = |place| if place == 1 { TAKEN } else { refused(422) };
    let found = bench("github").found(&text_amount::TextAmount, second);
    assert_eq!(found.observed, "deposit_success with `amount`: \"100.00\" was accepted, idempotent: false");
    assert_eq!((found.verdict, found.shown_by), (Verdict::Fail, vec![2]));
    let all = bench("github").found(&missing_field::MissingField, |_| TAKEN).observed;
    assert!(all.starts_with("registration without `click_id`, registration without `event`, "), "{all}");
    assert!(all.ends_with(" and 16 more were accepted, idempotent: false"), "{all}");
}
