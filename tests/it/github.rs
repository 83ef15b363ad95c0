//! postproof as a step of a GitHub job: what the runner finds on stderr and in the summary's file, and what stays as it is.

use std::path::Path;
use std::process::Output;

use crate::command::{code, text};
use crate::process::{Stack, postproof};

/// A run against a stack that checks no signatures.
fn step(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let stack = Stack::serve(folder, &["--listen", "127.0.0.1:0", "--defect", "signature-unchecked"]);
    let mut run = postproof(folder);
    run.args(["run", "--players", "20", "--format", "json", "--quiet"]).envs(stack.env.clone());
    run.envs(variables.iter().copied()).output().expect("it runs")
}

/// The report on stdout, which is one document whatever the runner gets besides.
fn verdict(output: &Output) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    report["verdict"].clone()
}

#[test]
fn a_step_is_annotated_and_summed_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "what an earlier command wrote").expect("written");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().expect("UTF-8"))];
    let output = step(folder.path(), &variables);
    assert_eq!((code(&output), verdict(&output)), (1, "fail".into()), "{}", text(&output.stderr));
    let shown = text(&output.stderr);
    let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("::")).collect();
    assert!((1..=10).contains(&commands.len()), "{shown}");
    assert!(commands.iter().all(|line| line.starts_with("::error title=")), "{shown}");
    assert!(shown.contains("forgery.missing-signature"), "{shown}");
    let summary = std::fs::read_to_string(&summary).expect("a summary");
    let start = "what an earlier command wrote\n\n## postproof run: FAIL\n";
    assert!(summary.starts_with(start) && summary.contains("| `forgery.missing-signature` | fail |"), "{summary}");
}

#[test]
fn elsewhere_there_is_neither() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = folder.path().join("summary.md");
    let output = step(folder.path(), &[("GITHUB_STEP_SUMMARY", summary.to_str().expect("UTF-8"))]);
    assert_eq!((code(&output), verdict(&output)), (1, "fail".into()), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty() && !summary.exists(), "{}", text(&output.stderr));
}

#[test]
fn a_summary_that_cannot_be_written_changes_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "/proc/nowhere/summary.md")];
    let output = step(folder.path(), &variables);
    assert_eq!((code(&output), verdict(&output)), (1, "fail".into()), "{}", text(&output.stderr));
    let shown = text(&output.stderr);
    assert!(shown.contains("::error title=") && shown.contains("note: the job's summary is not written: "), "{shown}");
}
