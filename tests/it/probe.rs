//! Robustness probing against the reference stack over real sockets: the sound stack passes every probe, and a defect is
//! found, shrunk to what shows it, and shown again.

use std::process::Command;
use std::sync::Arc;

use postproof::contract::Selection;
use postproof::model::{Check, Verdict};
use postproof::report::RunReport;
use postproof::run::{CheckOptions, Fixed, check};
use postproof_mocks::Database;
use tokio::sync::watch;

use crate::harness::{Served, checked, shown};

/// One case, and so many probes.
async fn probed(text: &str, probes: u64, seed: u64) -> RunReport {
    let (_keep, stop) = watch::channel(false);
    let out = tempfile::tempdir().expect("a folder");
    let options = CheckOptions {
        scenario: checked(text),
        fixed: Fixed { seed: Some(seed), ..Fixed::default() },
        selection: Selection { only: vec!["accept.deposit".to_owned()] },
        probes,
        out: Some(out.path().to_path_buf()),
        junit: None,
        again: format!("postproof check test.toml --probe {probes}"),
        flags: " --scenario test.toml".into(),
        stop,
        watch: Arc::new(|_| {}),
    };
    Box::pin(check(options)).await.unwrap_or_else(|error| panic!("{error}")).report
}

fn of_probes(report: &RunReport) -> &Check {
    report.checks.iter().find(|check| check.id == "probe.mutations").unwrap_or_else(|| panic!("{}", shown(report)))
}

/// How many mutations the first failure needs.
fn needed(check: &Check) -> usize {
    let before = check.observed.split(" mutations were needed").next().unwrap_or_default();
    let words: Vec<&str> = before.rsplit(' ').take(4).collect();
    words.last().and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("{}", check.observed))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_passes_every_probe() {
    let served = Served::with(&[], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 400, 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let check = of_probes(&report);
    assert_eq!(check.verdict, Verdict::Pass, "{}", check.observed);
    assert!(check.observed.starts_with("400 probes: "), "{}", check.observed);
    let figures: Vec<u32> = check.observed.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [_, valid, bad, open] = figures.as_slice() else { panic!("{}", check.observed) };
    assert!(*valid > 60 && *bad > 60 && *open > 20, "each class is worth testing: {}", check.observed);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_probed_unless_it_is_asked_for() {
    let served = Served::with(&[], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 0, 7).await;
    assert!(report.checks.iter().all(|check| check.id != "probe.mutations"), "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn unchecked_signatures_are_found_and_shrunk_to_the_bare_postback() {
    let served = Served::with(&["signature-unchecked"], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 60, 7).await;
    let check = of_probes(&report);
    assert_eq!(check.verdict, Verdict::Fail, "{}", shown(&report));
    assert!(check.observed.contains("has to be refused (no signature) was taken"), "{}", check.observed);
    assert!(!check.observed.contains("203.0.113.7"), "{}", check.observed);
    assert_eq!(needed(check), 0, "{}", check.observed);

    let [again, line, ..] = check.repro.as_slice() else { panic!("{:?}", check.repro) };
    assert!(again.starts_with("postproof check test.toml --probe 60 --seed 7 --start "), "{again}");
    assert!(!line.contains("hmac-secret"), "no secret in {line}");
    let done = Command::new("sh").args(["-c", line]).output().expect("a shell");
    let answer = String::from_utf8_lossy(&done.stdout);
    assert!(answer.contains("\"status\":\"ok\""), "{line}\n{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_5xx_to_bad_input_is_found_and_shrunk_to_what_it_takes() {
    let served = Served::with(&["server-error-on-bad-input"], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 60, 7).await;
    let check = of_probes(&report);
    assert_eq!(check.verdict, Verdict::Fail, "{}", shown(&report));
    assert!(check.observed.contains("was answered by a 5xx"), "{}", check.observed);
    assert!(needed(check) <= 2, "{}", check.observed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_books_show_is_told_with_its_body() {
    let served = Served::with(&["whole-amounts"], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 150, 7).await;
    let check = of_probes(&report);
    assert_eq!(check.verdict, Verdict::Fail, "{}", shown(&report));
    assert!(
        check.observed.contains("by the books a postback that has to be taken (it is valid) is corrupt with amount ")
    );
    assert!(check.observed.contains("; body "), "{}", check.observed);
}
