//! `postproof load` with virtual players, as a command: what it prints, how it ends, and what it does to Ctrl-C.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::command::{code, signal, text, wait};
use crate::process::postproof;

fn scenario(folder: &Path, load: &str) {
    let text = format!("[load]\nmodel = \"closed\"\nthink = \"20ms\"\nfaults = \"none\"\n{load}");
    std::fs::write(folder.join("closed.toml"), text).expect("written");
}

#[test]
fn players_come_and_go_and_stdout_is_one_report() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(
        folder.path(),
        "stages = [{ for = \"1s\", to_users = 5 }, { for = \"2s\", users = 5 }, { for = \"1s\", to_users = 0 }]\n\
         [sla]\np95 = \"9s\"\navailability = \"90%\"",
    );
    let load = ["load", "closed.toml", "--seed", "7", "--format", "json"];
    let output = postproof(folder.path()).args(load).output().expect("it runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)));
    let ledger = &report["ledger"];
    assert!(ledger["ok"].as_u64().is_some_and(|ok| ok > 20) && ledger["ok"] == ledger["events"], "{ledger}");
    let check = |id: &str| {
        let checks = report["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {report:#}"))
    };
    for id in ["load.complete", "sla.p95", "sla.availability"] {
        assert_eq!(check(id)["verdict"], "pass", "{}", check(id));
    }
    assert_eq!(report["through"], "operator");
    assert_eq!(report["latency"]["response"], report["latency"]["service"]);
    assert_eq!(report["latency"]["stages"].as_array().map(Vec::len), Some(3));
    assert!(report["availability"]["ratio"] == 1.0, "{report:#}");
}

#[test]
fn what_it_leaves_is_compared_and_merged_like_that_of_an_open_one() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path(), "stages = [{ for = \"6s\", users = 6 }]\n[sla]\np95 = \"9s\"\navailability = \"90%\"");
    let mut reports = Vec::new();
    for out in ["one", "two"] {
        let load = ["load", "closed.toml", "--seed", "7", "--out", out, "--metrics-listen", "127.0.0.1:0"];
        let output = postproof(folder.path()).args(load).output().expect("it runs");
        assert!([0, 4].contains(&code(&output)), "{}{}", text(&output.stdout), text(&output.stderr));
        let told = text(&output.stderr);
        assert!(told.contains("metrics: http://127.0.0.1:") && told.contains(" players of 6"), "{told}");
        let report = std::fs::read(folder.path().join(out).join("report.json")).expect("a report");
        reports.push(serde_json::from_slice::<serde_json::Value>(&report).expect("JSON"));
    }
    let compare = ["report", "compare", "one", "two", "--tolerance", "1000%", "--format", "json"];
    let output = postproof(folder.path()).args(compare).output().expect("it runs");
    assert!([0, 4].contains(&code(&output)), "{}{}", text(&output.stdout), text(&output.stderr));
    let compared: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(compared["schema"], "postproof.comparison/1", "{compared:#}");

    let merge = ["report", "merge", "one", "--scenario", "closed.toml", "--out", "whole", "--format", "json"];
    let output = postproof(folder.path()).args(merge).output().expect("it runs");
    let whole: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    let verdict = |id: &str| {
        let checks = whole["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["id"] == id).map_or_else(|| panic!("{id}"), |check| check["verdict"].clone())
    };
    for id in ["load.shards", "load.evidence", "load.complete", "sla.p95", "sla.availability"] {
        assert_eq!(verdict(id), "pass", "{id}: {whole:#}");
    }
    // Nobody reads the books of an operator's players by the ids that it made.
    assert_eq!(verdict("evidence.answers-only"), "inconclusive");
    assert_eq!(whole["availability"], reports[0]["availability"]);
    assert_eq!(whole["latency"], reports[0]["latency"]);
    assert_eq!(whole["ledger"]["events"], reports[0]["ledger"]["events"]);
}

#[test]
fn the_first_signal_ends_it_with_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path(), "stages = [{ for = \"10m\", users = 4 }]");
    let mut child = postproof(folder.path())
        .args(["load", "closed.toml", "--format", "json", "--out", "out"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // The log of exchanges tells that players are playing.
    let log = folder.path().join("out/exchanges.ndjson");
    while std::fs::metadata(&log).map_or(0, |log| log.len()) == 0 {
        assert!(child.try_wait().expect("a child").is_none(), "it goes on");
        std::thread::yield_now();
    }
    signal(&child, "INT");
    let mut printed = String::new();
    for line in BufReader::new(child.stdout.take().expect("its stdout")).lines() {
        printed.push_str(&line.expect("text"));
    }
    assert_eq!(wait(&mut child), 130);
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert!(report["ledger"]["ok"].as_u64().is_some_and(|ok| ok > 0), "{}", report["ledger"]);
    assert_eq!(report["ledger"]["lost"], 0);
}

#[test]
fn what_players_cannot_do_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path(), "stages = [{ for = \"1s\", users = 1 }]");
    let output = postproof(folder.path()).args(["load", "closed.toml", "--shard", "1/2"]).output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("not divided into shards"), "{}", text(&output.stderr));
}
