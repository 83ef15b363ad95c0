//! `parallel` live, as a command: squeezed runs against the stack inside the process, killed and gone on with.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::command::{code, text, wait};
use crate::process::postproof;

/// 48 hours in twelve seconds.
const PLAYED: [&str; 11] = [
    "parallel",
    "--speed",
    "14400",
    "--players",
    "200",
    "--seed",
    "5",
    "--tag",
    "k3f9q2xw",
    "--start",
    "2026-11-01T00:00:00Z",
];

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("report.json")).expect("a report")).expect("JSON")
}

/// Starts the command; what it prints is not looked at.
fn started(folder: &Path, args: &[&str]) -> Child {
    postproof(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the command is a process of its own, and is killed after some real time"
)]
fn a_run_that_is_killed_twenty_times_sees_what_an_unharmed_one_sees() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = wait(&mut started(folder.path(), &[&PLAYED[..], &["--out", "whole"]].concat()));
    let whole = (whole, report(&folder.path().join("whole")));

    let mut run = started(folder.path(), &[&PLAYED[..], &["--out", "killed"]].concat());
    let mut kills = 0;
    while kills < 20 {
        std::thread::sleep(Duration::from_millis(300 + kills * 7919 % 600));
        if run.try_wait().expect("a child").is_some() || !folder.path().join("killed/diary.ndjson").exists() {
            break;
        }
        run.kill().expect("a child");
        run.wait().expect("a child");
        kills += 1;
        run = started(folder.path(), &["parallel", "--resume", "killed"]);
    }
    let killed = (wait(&mut run), report(&folder.path().join("killed")));
    assert!(kills >= 10, "killed {kills} times only");
    for part in ["total", "matched"] {
        assert_eq!(killed.1["gap"][part], whole.1["gap"][part], "after {kills} kills");
    }
    for aside in ["doubled_cookie", "doubled_s2s", "unattributed", "pending"] {
        assert_eq!(killed.1["gap"]["aside"][aside], 0, "{aside} after {kills} kills");
    }
    assert_eq!(killed.1["gap"]["aside"]["anonymous"], whole.1["gap"]["aside"]["anonymous"]);
    assert!(whole.1["gap"]["total"]["both"].as_u64() > Some(50), "{}", whole.1["gap"]["total"]);
    assert_eq!(whole.1["gap"]["total"]["cookie_only"], 0);
    assert_eq!(whole.1["diagnosis"]["causes"], Value::Array(Vec::new()));
    assert_eq!((killed.0, &killed.1["verdict"]), (whole.0, &whole.1["verdict"]));

    refused(folder.path());
}

/// What is no run, is another run, or is at work is not gone on with.
fn refused(folder: &Path) {
    for (args, said) in [
        (vec!["parallel", "--resume", "nowhere"], "there is no parallel run to go on with in nowhere"),
        (vec!["parallel", "--resume", "killed", "--players", "300"], "parallel.players was 200 and is 300"),
        (vec!["parallel", "--resume", "killed", "--seed", "6"], "--seed"),
    ] {
        let output = postproof(folder).args(&args).output().expect("it runs");
        assert_eq!(code(&output), 2, "{args:?} {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{args:?} {}", text(&output.stderr));
    }
    std::fs::remove_file(folder.join("killed/report.json")).expect("a report");
    let over = postproof(folder).args(PLAYED).args(["--out", "killed"]).output().expect("it runs");
    assert_eq!(code(&over), 2, "{}", text(&over.stderr));
    assert!(text(&over.stderr).contains("an unfinished parallel run is kept in killed"), "{}", text(&over.stderr));
}
