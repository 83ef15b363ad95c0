//! The contract suite against the reference stack over real sockets: the sound stack keeps every rule, a defect is found by
//! the case that names it, and the lines that a failure prints show it again.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use postproof::contract::Selection;
use postproof::model::{Check, Verdict};
use postproof::report::RunReport;
use postproof::run::{CheckOptions, Fixed, Outcome, RunError, check};
use postproof_mocks::Database;
use tokio::sync::watch;

use crate::harness::{Served, checked, ids, shown};

/// Performs cases against a served stack.
pub(crate) async fn perform(text: &str, only: &[&str], out: &Path) -> Result<Outcome, RunError> {
    perform_at(text, only, Fixed { seed: Some(7), ..Fixed::default() }, out).await
}

async fn perform_at(text: &str, only: &[&str], fixed: Fixed, out: &Path) -> Result<Outcome, RunError> {
    let (_keep, stop) = watch::channel(false);
    let options = CheckOptions {
        scenario: checked(text),
        fixed,
        selection: Selection { only: only.iter().map(|word| (*word).to_owned()).collect() },
        probes: 0,
        out: Some(out.to_path_buf()),
        junit: None,
        again: "postproof check test.toml".into(),
        flags: " --scenario test.toml".into(),
        stop,
        watch: Arc::new(|_| {}),
    };
    Box::pin(check(options)).await
}

pub(crate) async fn report(text: &str, only: &[&str]) -> RunReport {
    let out = tempfile::tempdir().expect("a folder");
    perform(text, only, out.path()).await.unwrap_or_else(|error| panic!("{error}")).report
}

/// The report of cases with these inputs.
pub(crate) async fn report_at(text: &str, only: &[&str], fixed: Fixed) -> RunReport {
    let out = tempfile::tempdir().expect("a folder");
    perform_at(text, only, fixed, out.path()).await.unwrap_or_else(|error| panic!("{error}")).report
}

pub(crate) fn found<'a>(report: &'a RunReport, id: &str) -> &'a Check {
    report.checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("{id}: {}", shown(report)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_keeps_every_rule() {
    let served = Served::with(&[], Database::Memory).await;
    let report = report(&served.scenario(1, ""), &[]).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert_eq!(ids(&report, Verdict::Warn), [] as [&str; 0], "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_shown_again_by_both_of_its_lines() {
    let served = Served::with(&["signature-unchecked"], Database::Memory).await;
    let text = served.scenario(1, "");
    let out = tempfile::tempdir().expect("a folder");
    let outcome = perform(&text, &["signature.missing"], out.path()).await.expect("performed");
    let failed = found(&outcome.report, "signature.missing");
    assert_eq!(failed.verdict, Verdict::Fail);
    let [replay, line] = failed.repro.as_slice() else { panic!("{:?}", failed.repro) };
    assert!(!line.contains("hmac-secret"), "no secret in {line}");

    let shell = |script: &str| {
        let done = Command::new("sh").args(["-c", script]).output().expect("a shell");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    assert!(shell(line).contains("\"status\":\"ok\""), "{line}");
    let all = std::fs::read_to_string(out.path().join("repro.sh")).expect("written");
    assert!(all.contains(line.as_str()) && shell(&all).contains("200 OK"), "{all}");

    let scenario = out.path().join("test.toml");
    std::fs::write(&scenario, &text).expect("written");
    let words = replay.replace("test.toml", &scenario.display().to_string());
    let words: Vec<&str> = words.split(' ').skip(1).collect();
    let again =
        Command::new(env!("CARGO_BIN_EXE_postproof")).args(words).arg("--quiet").current_dir(out.path()).status();
    assert_eq!(again.expect("it runs").code(), Some(1));
}

/// The status that a failure was about.
fn status_of(failed: &Check) -> &'static str {
    if failed.observed.contains("answered 500") { "HTTP/1.1 500" } else { "HTTP/1.1 200" }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_openssl_and_curl_shows_its_failure_again() {
    for defects in
        [&["signature-unchecked", "token-unchecked", "text-amounts-taken"][..], &["server-error-on-bad-input"]]
    {
        let served = Served::with(defects, Database::Memory).await;
        let report = report(&served.scenario(1, ""), &["signature.*", "auth.*", "schema.*"]).await;
        let failed: Vec<&Check> = report.checks.iter().filter(|check| check.repro.len() == 2).collect();
        assert!(failed.len() > 20, "{defects:?}: {}", shown(&report));
        for failed in failed {
            let done = Command::new("sh").args(["-c", &failed.repro[1]]).output().expect("a shell");
            let answer = String::from_utf8_lossy(&done.stdout);
            assert!(answer.contains(status_of(failed)), "{}: {answer}\n{}", failed.id, failed.repro[1]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_that_selects_nothing_is_a_mistake() {
    let out = tempfile::tempdir().expect("a folder");
    let told = perform("", &["signature.mising"], out.path()).await.err().expect("a mistake").to_string();
    assert_eq!(told, "no case is called `signature.mising`");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_failure_is_waived_and_stays_visible() {
    let served = Served::with(&["signature-unchecked"], Database::Memory).await;
    let waived = "[contract]\nwaive = [{ case = \"signature.*\", reason = \"ticket 7\" }]\n";
    let report = report(&served.scenario(1, waived), &["signature.missing", "accept.deposit"]).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert!(found(&report, "signature.missing").observed.starts_with("waived (ticket 7): "));
}

#[test]
fn a_case_is_not_made_without_being_sent() {
    let told = Command::new(env!("CARGO_BIN_EXE_postproof"))
        .args(["replay", "ftd.zero-deposit", "--dry-run", "--target", "http://127.0.0.1:1/p"])
        .env("POSTPROOF_SECRET", "secret")
        .output()
        .expect("it runs");
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("is a case"), "{told:?}");
}
