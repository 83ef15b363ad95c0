//! Every defect of the reference stack is exposed by a run, by the row or check that names it,
//! and the sound stack is not accused of any.

use postproof::model::Verdict;
use postproof_mocks::{DEFECTS, Database};

use crate::harness::{Served, ids, run, shown};

/// Which checks must fail for a defect; others may fail along with them.
fn exposes(defect: &str) -> &'static [&'static str] {
    match defect {
        "no-idempotency" => &["ledger.double", "fault.duplicate", "money.bound"],
        "check-then-insert" => &["ledger.double", "fault.concurrent"],
        "signature-unchecked" => &["forgery.wrong-secret", "forgery.missing-signature", "forgery.credited"],
        "token-unchecked" => &["forgery.stale-token", "forgery.missing-token", "forgery.credited"],
        "refusals-credit" => &["forgery.credited"],
        "float-amounts"
        | "currency-dropped"
        | "whole-amounts"
        | "brand-ignored"
        | "reversals-positive"
        | "every-deposit-first"
        | "local-times" => &["ledger.corrupt"],
        "lost-after-ack" | "one-event-per-click" | "busy-drops" | "failed-bookings-vanish" => {
            &["ledger.lost", "money.bound"]
        }
        "forgets-after-many" => &["ledger.lost"],
        "expired-token-taken" => &["forgery.stale-token", "forgery.credited"],
        "unknown-click-taken" => &["forgery.unknown-click", "forgery.credited"],
        "redirecting-endpoint" => &["http.no-redirect"],
        "server-error-on-bad-input" => &["forgery.unknown-click"],
        "overwrite" => &["ledger.lost", "forgery.credited", "forgery.other-amount"],
        "ack-before-check" => &["forgery.accepted"],
        other => panic!("{other} is a new defect: say here which checks expose it"),
    }
}

/// Defects that a run cannot meet, each with what it would take.
const UNMET: [(&str, &str); 51] = [
    ("case-folded-ids", "a run's ids are small letters; it takes a pair that differs in case only"),
    ("forwarded-believed", "a stack on loopback has no allow-list that could be fooled; it takes a forged header"),
    (
        "fx-of-wrong-day",
        "a run compares the money of the postback; it takes check: a late postback, and rates that were agreed on",
    ),
    ("day-boundary-local", "credits keep their instants; it takes check: events on both sides of midnight"),
    ("raw-signature", "a run's bodies are canonical as they are; it takes check: keys in another order"),
    ("extra-members-refused", "a run sends the members of the schema; it takes check: one that nobody knows"),
    ("non-ascii-mangled", "a run's brands are ASCII; it takes check: a brand that is not"),
    ("non-ascii-escaped", "a run's bodies are ASCII; it takes check: a member that is not"),
    ("thousandths-rounded", "a run's currencies have two decimals at most; it takes check: one with three"),
    ("exponents-misread", "a run writes amounts without exponents; it takes check: 1e2"),
    ("any-digest", "a run forges by SHA-256 alone; it takes check: an HMAC of another digest under its own prefix"),
    ("digest-by-length", "a run forges by SHA-256 alone; it takes check: an HMAC of another digest under sha256="),
    ("short-signatures", "a run's forgeries have all their digits; it takes check: a truncated signature"),
    ("bare-signatures-taken", "a run always names the digest; it takes check: a signature without its prefix"),
    ("alg-none-taken", "a run's bad tokens are stale or missing; it takes check: alg none"),
    ("lifetime-unchecked", "a run's tokens live for minutes; it takes check: one of an hour"),
    ("text-exp-taken", "a run's tokens end in a number; it takes check: exp as text, or missing"),
    ("not-yet-valid-taken", "a run's tokens have begun; it takes check: nbf in the future"),
    ("ids-cut", "a run's ids are short; it takes check: a pair that differs after sixty characters"),
    ("keyed-by-type", "a run repeats an id under its own type; it takes check: the same id under another"),
    ("no-fallback", "a run names every event; it takes check: a dialect without ids"),
    ("text-amounts-taken", "a run's amounts are numbers; it takes check: one as text"),
    ("negative-amounts-taken", "a run's amounts are positive; it takes check: one below nothing"),
    ("any-currency-taken", "a run's currencies are active; it takes check: an unknown one"),
    ("excess-decimals-taken", "a run's amounts fit their currency; it takes check: JPY 100.5"),
    ("zones-ignored", "a run's instants are in UTC; it takes check: one with an offset"),
    ("future-times-taken", "a run's events have happened; it takes check: one of the far future"),
    ("last-key-wins", "a run's members come once; it takes check: one that comes twice"),
    ("content-type-ignored", "a run's bodies are called JSON; it takes check: text/plain"),
    ("any-size-taken", "a run's bodies are small; it takes check: one of 10 MB"),
    ("unknown-event-taken", "a run's events are known; it takes check: one that is not"),
    ("null-ids-taken", "a run's ids are texts; it takes check: null and an empty one"),
    ("early-deposit-refused", "a run's journeys are told in order; it takes check: a deposit before its registration"),
    ("second-ftd-counted", "a run flags first deposits alone; it takes check: a second one with the flag"),
    ("minimum-ignored", "a run's first deposits are large enough; it takes check: one below the minimum"),
    ("zero-deposit-taken", "a run's deposits are more than nothing; it takes check: 0"),
    ("any-method-taken", "a run posts; it takes check: PUT and GET"),
    ("html-errors", "a run looks at the status of a refusal; it takes check: a refusal's body"),
    ("trace-in-errors", "a run looks at the status of a refusal; it takes check: a refusal's hint"),
    ("token-echoed", "a run looks at the status of a refusal; it takes check: a refusal's hint"),
    ("chunked-refused", "a run tells the length of its bodies; it takes check: one in chunks"),
    ("slow-bodies-refused", "a run's bodies come at once; it takes check: one that takes three seconds"),
    ("no-retry-after", "the served stack has no rate limit; it takes check: a burst beyond the declared rate"),
    ("limit-ignored", "the served stack has no rate limit; it takes check: a burst beyond the declared rate"),
    ("counted-click-ids", "a run does not guess ids; it takes check: a thousand clicks"),
    ("open-redirect", "a run's links name no place to go; it takes check: a link that does"),
    ("cacheable-redirect", "a run looks at a redirect's location; it takes check: its Cache-Control"),
    ("pii-carried", "a run's links carry nobody's data; it takes check: a link with an email"),
    ("two-hops", "a run takes the click id from the first redirect; it takes check: whether there is a second"),
    ("parameters-dropped", "a run looks at a redirect's click id; it takes check: what became of utm and sub_id"),
    ("client-certificate-optional", "the served stack speaks plain HTTP; it takes check: mTLS without a certificate"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_is_exposed_by_the_check_that_names_it() {
    for (name, why) in UNMET {
        assert!(DEFECTS.iter().any(|defect| defect.name == name) && !why.is_empty(), "{name}");
    }
    for defect in DEFECTS.iter().filter(|defect| UNMET.iter().all(|(name, _)| *name != defect.name)) {
        let served = Served::with(&[defect.name], Database::Memory).await;
        let report = run(&served.scenario(40, "[faults]\nat_least = 4\n"), 7).await;
        assert_eq!(report.verdict, Verdict::Fail, "{}: {}", defect.name, shown(&report));
        let failed = ids(&report, Verdict::Fail);
        for check in exposes(defect.name) {
            assert!(failed.contains(check), "{} is not exposed by {check}, only by {failed:?}", defect.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn defects_that_touch_no_idempotency_are_not_called_double() {
    for name in ["lost-after-ack", "float-amounts", "currency-dropped", "ack-before-check"] {
        let served = Served::with(&[name], Database::Memory).await;
        let report = run(&served.scenario(20, ""), 3).await;
        assert!(!ids(&report, Verdict::Fail).contains(&"ledger.double"), "{name}: {}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_defects_at_once_are_all_named() {
    let served = Served::with(&["no-idempotency", "token-unchecked"], Database::Memory).await;
    let report = run(&served.scenario(20, ""), 5).await;
    let failed = ids(&report, Verdict::Fail);
    assert!(failed.contains(&"ledger.double") && failed.contains(&"forgery.missing-token"), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_with_a_fresh_tag_passes_against_the_same_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::with(&[], Database::File(folder.path().join("tracker.db"))).await;
    for _ in 0..2 {
        let report = run(&served.scenario(20, ""), 7).await;
        assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    }
}
