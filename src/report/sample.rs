//! A report to be written in unit tests: about nothing but the checks that it is given.

use super::RunReport;
use crate::model::{Check, Verdict};

/// A check with that id and verdict.
pub(crate) fn check(id: &str, verdict: Verdict) -> Check {
    Check::new(id, verdict, "what is right", "what was there")
}

/// The report of these checks.
pub(crate) fn report(checks: Vec<Check>) -> RunReport {
    RunReport {
        seed: 7,
        run_id: "20261121T000000Z-sample".to_owned(),
        tag: "sample".to_owned(),
        start: "2026-11-01T00:00:00Z".to_owned(),
        scenario: "staging.toml".to_owned(),
        target: "https://tracker.example/postback".to_owned(),
        signing: "HMAC-SHA256".to_owned(),
        evidence: "answers only".to_owned(),
        ..RunReport::of("check", checks)
    }
}
