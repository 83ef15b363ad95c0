//! postproof as a command: arguments, exit codes, signals and what is left behind.

use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use crate::outside;
use crate::process::{Stack, postproof};

/// Longest wait for a process to say or do something.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

pub(crate) fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(done.is_ok_and(|status| status.success()), "kill -{name}");
}

pub(crate) fn wait(child: &mut Child) -> i32 {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().unwrap_or(-1);
        }
        assert!(started.elapsed() < PATIENCE, "it does not end");
        std::thread::yield_now();
    }
}

#[test]
fn the_first_run_passes_and_prints_what_it_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let output =
        postproof(folder.path()).args(["run", "--seed", "7", "--junit", "junit.xml"]).output().expect("it runs");
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0, "{shown}{}", text(&output.stderr));
    assert!(shown.contains("PASS  each of 820 events was credited exactly once"), "{shown}");
    let junit = std::fs::read_to_string(folder.path().join("junit.xml")).expect("JUnit");
    assert!(junit.contains("failures=\"0\""), "{junit}");

    let output =
        postproof(folder.path()).args(["run", "--players", "20", "--format", "json"]).output().expect("it runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let left = folder.path().join("reports/out").join(report["run_id"].as_str().expect("a run id")).join("report.json");
    assert_eq!(std::fs::read(left).expect("the same document"), output.stdout);
}

#[test]
fn serve_in_one_terminal_and_run_in_another() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, expected) in
        [(vec!["--listen", "127.0.0.1:0"], 0), (vec!["--listen", "127.0.0.1:0", "--defect", "no-idempotency"], 1)]
    {
        let mut stack = Stack::serve(folder.path(), &args);
        let output = postproof(folder.path())
            .args(["run", "--players", "20"])
            .envs(stack.env.clone())
            .output()
            .expect("it runs");
        assert_eq!(code(&output), expected, "{}{}", text(&output.stdout), text(&output.stderr));
        signal(&stack.child, "TERM");
        assert_eq!(wait(&mut stack.child), 0, "it stops cleanly");
    }
}

#[test]
fn the_operator_fires_inside_the_process_and_in_another_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let through = ["run", "--through", "operator", "--players", "10"];
    let output = postproof(folder.path()).args(through).output().expect("it runs");
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0, "{shown}{}", text(&output.stderr));
    assert!(shown.contains("  through   the operator") && shown.contains("that the operator took"), "{shown}");
    for (mistake, expected) in [("operator-fires-twice-same-id", 0), ("operator-fires-twice", 1)] {
        let stack = Stack::serve(folder.path(), &["--listen", "127.0.0.1:0", "--defect", mistake]);
        let mut run = postproof(folder.path());
        run.args(through).args(["--faults", "none"]).envs(stack.env.clone());
        let output = run.output().expect("it runs");
        assert_eq!(code(&output), expected, "{mistake}: {}{}", text(&output.stdout), text(&output.stderr));
    }
}

#[test]
fn a_road_without_its_operator_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let output = postproof(folder.path()).args(args).envs(env.iter().copied()).output().expect("it runs");
        (code(&output), text(&output.stderr))
    };
    let through = ["run", "--through", "operator"];
    let (code, shown) = run(&[&through[..], &["--target", "http://127.0.0.1:1/postback"]].concat(), &[]);
    assert!(code == 2 && shown.contains("--operator URL"), "{code} {shown}");
    let (code, shown) = run(&[&through[..], &["--operator", "http://127.0.0.1:1"]].concat(), &[]);
    assert!(code == 3 && shown.contains("the operator http://127.0.0.1:1/ cannot be reached"), "{code} {shown}");
    let (code, shown) = run(&through, &[("POSTPROOF_OPERATOR", "https://operator.example")]);
    assert!(code == 2 && shown.contains("--allow-host operator.example"), "{code} {shown}");
    std::fs::write(folder.path().join("s.toml"), "through = \"operator\"\n[operator]\nurl = \"http://127.0.0.1:1\"\n")
        .expect("written");
    let (code, shown) = run(&["fire", "registration", "--scenario", "s.toml"], &[]);
    assert!(code == 2 && shown.contains("no target"), "a tool by hand fires at no operator: {code} {shown}");
    std::fs::write(folder.path().join("s.toml"), "through = \"both\"\n").expect("written");
    let (code, shown) = run(&["run", "s.toml"], &[]);
    assert!(code == 2 && shown.contains("s.toml:1:11") && shown.contains("self, operator"), "{code} {shown}");
}

#[test]
fn nothing_acknowledged_is_lost_when_the_stack_is_killed_in_mid_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stack = Stack::serve(folder.path(), &["--listen", "127.0.0.1:0", "--db", "tracker.db"]);
    let address =
        stack.value("POSTPROOF_TARGET").trim_start_matches("http://").trim_end_matches("/postback").to_owned();
    let mut run = postproof(folder.path())
        .args(["run", "--players", "600", "--out", "out", "--quiet", "--seed", "7"])
        .envs(stack.env.clone())
        .spawn()
        .expect("it runs");
    let log = folder.path().join("out/exchanges.ndjson");
    let started = Instant::now();
    while std::fs::metadata(&log).map_or(0, |file| file.len()) < 100_000 {
        assert!(started.elapsed() < PATIENCE, "the run gets going");
        std::thread::yield_now();
    }
    stack.child.kill().expect("killed with -9");
    stack.child.wait().expect("gone");
    let again = Stack::serve(folder.path(), &["--listen", &address, "--db", "tracker.db"]);
    assert_eq!(again.value("POSTPROOF_SECRET"), stack.value("POSTPROOF_SECRET"), "the secrets are the file's");
    let code = wait(&mut run);
    let report = std::fs::read_to_string(folder.path().join("out/report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["ledger"]["lost"], 0);
    let log = std::fs::read_to_string(log).expect("the log");
    assert!(log.contains("no connection") || log.contains("connection broke"), "the stack was gone for a while");
}

#[test]
fn a_database_belongs_to_one_stack_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let serve = ["--listen", "127.0.0.1:0", "--db", "tracker.db"];
    let first = Stack::serve(folder.path(), &serve);
    let second = postproof(folder.path()).arg("serve").args(serve).output().expect("it runs");
    let shown = text(&second.stderr);
    assert!(code(&second) == 3 && shown.contains("tracker.db is in use by another stack"), "{} {shown}", code(&second));
    drop(first);
    Stack::serve(folder.path(), &serve);
}

#[test]
fn an_interrupted_run_leaves_a_partial_report_and_exits_130() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = postproof(folder.path())
        .args(["run", "--players", "20000", "--out", "out", "--quiet"])
        .spawn()
        .expect("it runs");
    let started = Instant::now();
    while std::fs::metadata(folder.path().join("out/exchanges.ndjson")).map_or(0, |file| file.len()) == 0 {
        assert!(started.elapsed() < PATIENCE, "the run gets going");
        std::thread::yield_now();
    }
    signal(&run, "INT");
    assert_eq!(wait(&mut run), 130);
    let report = std::fs::read_to_string(folder.path().join("out/report.json")).expect("a partial report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((report["interrupted"].as_bool(), report["verdict"].as_str()), (Some(true), Some("inconclusive")));
    assert_eq!(report["ledger"]["lost"], 0);
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        ("[journeys]\nplayerz = 3\n", "bad.toml:2:1", "unknown field `playerz`"),
        ("[journeys]\nplayers = \"many\"\n", "bad.toml:2:11", "invalid type"),
        ("[faults.rates]\nduplicate = \"101%\"\n", "bad.toml:2:13", "a share goes from 0% to 100%"),
        ("[target]\nurl = \"ftp://127.0.0.1/\"\n", "bad.toml:2:7", "not by http or https"),
        ("[journeys\n", "bad.toml:1:", "bad.toml"),
    ];
    for (scenario, place, message) in cases {
        std::fs::write(folder.path().join("bad.toml"), scenario).expect("written");
        let output = postproof(folder.path()).args(["run", "bad.toml"]).output().expect("it runs");
        let shown = text(&output.stderr);
        assert_eq!(code(&output), 2, "{shown}");
        assert!(shown.contains(place) && shown.contains(message) && shown.contains("help:"), "{shown}");
        assert!(!folder.path().join("reports").exists(), "nothing is left behind");
    }
}

#[test]
fn surroundings_that_are_missing_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = ["run", "--target", "http://127.0.0.1:1/postback"];
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let output = postproof(folder.path()).args(args).envs(env.iter().copied()).output().expect("it runs");
        (code(&output), text(&output.stderr))
    };
    let (code, shown) = run(&target, &[]);
    assert!(code == 2 && shown.contains("POSTPROOF_SECRET"), "{code} {shown}");
    let (code, shown) = run(&[&target[..], &["--secret-env", "NOT_THERE"]].concat(), &[]);
    assert!(code == 2 && shown.contains("NOT_THERE"), "{code} {shown}");
    let (code, shown) = run(&target, &[("POSTPROOF_SECRET", "x")]);
    assert!(code == 3 && shown.contains("cannot be reached"), "{code} {shown}");
    let (code, shown) = run(&["run", "--target", "https://tracker.example/p"], &[("POSTPROOF_SECRET", "x")]);
    assert!(code == 2 && shown.contains("--allow-host tracker.example"), "{code} {shown}");
    let (code, shown) = run(&["run", "not-there.toml"], &[]);
    assert!(code == 2 && shown.contains("not-there.toml"), "{code} {shown}");
    let (code, shown) = run(&["run", "--out", "/proc/nowhere"], &[]);
    assert!(code == 2 && shown.contains("/proc/nowhere"), "{code} {shown}");
    let (code, shown) = run(&["run", "--start", "2999-01-01T00:00:00Z"], &[]);
    assert!(code == 2 && shown.contains("future"), "{code} {shown}");
    let (code, shown) = run(&["serve", "--defect", "none-such"], &[]);
    assert!(code == 2 && shown.contains("no-idempotency"), "{code} {shown}");
}

#[test]
fn init_writes_a_scenario_that_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| postproof(folder.path()).args(args).output().expect("it runs");
    assert_eq!(code(&run(&["init"])), 0);
    assert_eq!(code(&run(&["init"])), 2, "an existing file is kept");
    assert_eq!(code(&run(&["init", "--force"])), 0);
    let output = run(&["run", "postproof.toml", "--players", "20"]);
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn every_scenario_in_the_folder_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut count = 0;
    for entry in std::fs::read_dir(scenarios).expect("the scenarios") {
        let path = entry.expect("an entry").path();
        count += 1;
        if path.file_name().is_some_and(|name| outside::SCENARIOS.iter().any(|started| name == *started)) {
            // It is run, and its verdict looked at, where its target is started.
            continue;
        }
        let output = postproof(folder.path()).arg("run").arg(&path).arg("--quiet").output().expect("it runs");
        assert_eq!(code(&output), 0, "{}: {}", path.display(), text(&output.stderr));
    }
    assert!(count >= 2, "{count} scenarios");
}

#[test]
fn lists_and_schemas_are_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| text(&postproof(folder.path()).args(args).output().expect("it runs").stdout);
    let defects = run(&["list", "defects"]);
    assert!(defects.contains("check-then-insert") && defects.contains("operator-fires-twice"), "{defects}");
    assert!(run(&["list", "faults"]).contains("ack-lost"));
    assert!(run(&["list", "schemes"]).contains("s2s-json"));
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"])).expect("JSON");
    assert!(schema["properties"]["journeys"].is_object());
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema", "report"])).expect("JSON");
    assert_eq!(schema["title"], "postproof.report/1");
}
