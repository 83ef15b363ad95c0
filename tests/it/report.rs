//! The published schema of the report, and the samples that a reader can look at: both are held to what runs write.

use std::path::{Path, PathBuf};

use postproof::report::{FORMATS, RunReport};
use postproof::run::Fixed;
use postproof_mocks::Database;

use crate::check;
use crate::harness::{Served, run_into, shown};

mod compared;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file with what it should hold, or writes it where `UPDATE_SAMPLES` is set.
fn held(path: &str, expected: &str) {
    let path = root(path);
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write(&path, expected).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} is out of date: run `UPDATE_SAMPLES=1 cargo test`\n{expected}", path.display());
}

fn fixed() -> Fixed {
    Fixed {
        seed: Some(7),
        tag: Some("sample".parse().expect("a tag")),
        start: Some("2026-11-01T00:00:00Z".parse().expect("an instant")),
    }
}

async fn sample(defects: &[&str]) -> RunReport {
    sample_with(defects, "").await
}

/// A run with some rates of faults.
async fn sample_with(defects: &[&str], rates: &str) -> RunReport {
    let served = Served::with(defects, Database::Memory).await;
    let out = tempfile::tempdir().expect("a folder");
    let scenario = served.scenario(50, &format!("[faults]\nat_least = 3\n{rates}"));
    run_into(&scenario, fixed(), out.path()).await.expect("a report").report
}

/// The same through the operator, whose event ids are its own and stand in no report that passes.
async fn sample_through_operator() -> RunReport {
    let served = Served::with(&[], Database::Memory).await;
    let out = tempfile::tempdir().expect("a folder");
    let scenario = served.through_operator(50, "[faults]\nat_least = 3\n").replace("\"2s\"", "\"20s\"");
    run_into(&scenario, fixed(), out.path()).await.expect("a report").report
}

/// A report in a format, without what differs from run to run.
fn written(report: &RunReport, format: &str) -> String {
    let mut report = report.clone();
    let port = report.target.split(':').nth(2).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned();
    "20261121T000000Z-sample".clone_into(&mut report.run_id);
    let format = FORMATS.iter().find(|known| known.name() == format).expect("a format");
    let mut text = Vec::new();
    format.write(&report, &mut text).expect("written");
    String::from_utf8(text).expect("UTF-8").replace(&format!(":{port}/"), ":7070/")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_are_what_runs_write() {
    let sound = sample(&[]).await;
    let unsound = sample(&["signature-unchecked"]).await;
    held("reports/samples/pass.txt", &written(&sound, "table"));
    held("reports/samples/pass.json", &written(&sound, "json"));
    held("reports/samples/operator.txt", &written(&sample_through_operator().await, "table"));
    held("reports/samples/fail.txt", &written(&unsound, "table"));
    held("reports/samples/fail.junit.xml", &written(&unsound, "junit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_the_contract_suite_is_what_it_writes() {
    let served =
        Served::with(&["bare-signatures-taken", "text-amounts-taken", "unknown-click-taken"], Database::Memory).await;
    let folder = served.secrets.path().display().to_string();
    // Without clicks the ids are derived, and the same each time.
    let scenario = served.scenario(1, "").replace("click_url", "#");
    let only = ["accept.*", "signature.*", "auth.missing", "schema.text-amount"];
    let report = check::report_at(&scenario, &only, fixed()).await;
    held("reports/samples/check.txt", &written(&report, "table").replace(&folder, "/run/secrets"));
}

/// Leaves a few kinds of faults, so that a target that answers before it looks gets failures and warnings, ten at most.
const FEW: &str = "[faults.rates]\nconcurrent = \"0%\"\ntimeout-retry = \"0%\"\nack-lost = \"0%\"\nlate = \"0%\"\n\
                   wrong-secret = \"0%\"\nmissing-signature = \"0%\"\ntruncated-signature = \"0%\"\n\
                   wrong-canonicaliser = \"0%\"\nstale-token = \"0%\"\nmissing-token = \"0%\"\nunknown-click = \"0%\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_for_github_are_what_runs_write() {
    let sound = sample(&[]).await;
    assert_eq!(written(&sound, "github-annotations"), "", "a pass needs nobody's attention");
    held("reports/samples/pass.summary.md", &written(&sound, "github-summary"));
    let warned = sample_with(&["ack-before-check"], FEW).await;
    held("reports/samples/warn.annotations.txt", &written(&warned, "github-annotations"));
    held("reports/samples/warn.summary.md", &written(&warned, "github-summary"));
    let many = ["signature-unchecked", "token-unchecked", "unknown-click-taken", "float-amounts"];
    let many = sample(&many).await;
    held("reports/samples/many.annotations.txt", &written(&many, "github-annotations"));
    held("reports/samples/many.summary.md", &written(&many, "github-summary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_checks_of_a_report_share_an_id() {
    for report in [sample(&["no-idempotency"]).await, sample_through_operator().await] {
        let mut ids: Vec<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
        ids.sort_unstable();
        let before = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), before, "a test case of JUnit is one rule: {ids:?}");
    }
}

fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<RunReport>().to_value()
}

#[test]
fn the_published_schema_is_the_report_s() {
    held("reports/report.schema.json", &format!("{:#}\n", schema()));
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_keep_to_the_published_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for report in [sample(&[]).await, sample(&["no-idempotency"]).await, sample_through_operator().await] {
        let value = serde_json::to_value(&report).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{}", shown(&report));
        assert!(!validator.is_valid(&without(&value, "verdict")), "a report without a verdict is none");
    }
}

fn without(value: &serde_json::Value, key: &str) -> serde_json::Value {
    let mut value = value.clone();
    value.as_object_mut().expect("an object").remove(key);
    value
}
