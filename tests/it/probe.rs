//! Robustness probing against the reference stack over real sockets: the sound stack passes every probe, and a defect is
//! found, shrunk to what shows it, and shown again.

use std::process::Command;
use std::sync::{Arc, Mutex};

use postproof::contract::Selection;
use postproof::model::{Check, Verdict};
use postproof::report::RunReport;
use postproof::run::{CheckOptions, Fixed, Phase, RunEvent, Watch, check};
use postproof_mocks::Database;
use tokio::sync::watch;

use crate::harness::{Served, checked, shown};

/// One case, and so many probes.
async fn probed(text: &str, probes: u64, seed: u64) -> RunReport {
    watched(text, probes, seed, Arc::new(|_| {})).await
}

/// The same before somebody who watches.
async fn watched(text: &str, probes: u64, seed: u64, watch: Watch) -> RunReport {
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
        watch,
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

/// What a check tells of failures that only the books show, one after the other.
fn by_books(check: &Check) -> Vec<&str> {
    check.observed.split("by the books a postback that ").skip(1).collect()
}

/// What of a failure does not depend on ids: what was wrong, and which mutations were needed.
fn needs(told: &str) -> &str {
    told.split("; body ").next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_books_show_is_shrunk_by_reading_them_at_each_step() {
    let mut found: Vec<Vec<String>> = Vec::new();
    for _ in 0..2 {
        let served = Served::with(&["whole-amounts"], Database::Memory).await;
        let phases = Arc::<Mutex<Vec<Phase>>>::default();
        let seen = Arc::clone(&phases);
        let watch: Watch = Arc::new(move |event| {
            if let RunEvent::Began(phase, _) = event {
                seen.lock().expect("no panic").push(*phase);
            }
        });
        let report = watched(&served.scenario(1, ""), 150, 7, watch).await;
        let check = of_probes(&report);
        assert_eq!(check.verdict, Verdict::Fail, "{}", shown(&report));
        let told = by_books(check);
        assert!(!told.is_empty(), "{}", check.observed);
        for told in &told {
            assert!(told.contains(" be taken ") && told.contains(") is corrupt with amount "), "{told}");
            assert!(
                told.contains("; 1 of its "),
                "a sound amount has no decimals, so that one change is needed: {told}"
            );
            let body = told.split("; body ").nth(1).expect("a body");
            assert!(!body.contains("payment_method") && !body.contains("brand_id"), "optional members go: {body}");
        }
        found.push(told.iter().map(|told| needs(told).to_owned()).collect());
        let phases = phases.lock().expect("no panic");
        assert!(phases.ends_with(&[Phase::Settling, Phase::Shrinking]), "{phases:?}");
        assert!(check.repro.len() > told.len(), "each has its line: {:?}", check.repro);
    }
    assert_eq!(found[0], found[1], "the same seed shrinks alike");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_and_credited_all_the_same_is_shrunk_to_the_least_that_is() {
    let served = Served::with(&["refusals-credit"], Database::Memory).await;
    let report = probed(&served.scenario(1, ""), 60, 7).await;
    let check = of_probes(&report);
    assert_eq!(check.verdict, Verdict::Fail, "{}", shown(&report));
    let told = by_books(check);
    assert!(!told.is_empty(), "{}", check.observed);
    for told in told {
        assert!(told.starts_with("has to be refused (") && told.contains(" is forged; "), "{told}");
        let least =
            if told.contains("signature)") || told.contains("another key)") { "; 0 of its " } else { "; 1 of its " };
        assert!(told.contains(least), "{told}");
    }
}
