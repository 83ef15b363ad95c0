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
const UNMET: [(&str, &str); 4] = [
    ("case-folded-ids", "a run's ids are small letters; it takes a pair that differs in case only"),
    ("forwarded-believed", "a stack on loopback has no allow-list that could be fooled; it takes a forged header"),
    (
        "fx-of-wrong-day",
        "credits are in their own currency; it shows in the money of /reports, which a run does not read",
    ),
    ("day-boundary-local", "credits keep their instants; it shows in the days of /reports, which a run does not read"),
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
