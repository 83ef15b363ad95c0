//! `postproof load` as a command: cut short by a signal, short of file descriptors, and twice at once in one folder.

use std::path::Path;
use std::process::{Child, Stdio};

use postproof::model::Verdict;
use serde_json::Value;
use tokio::sync::watch;

use super::target::{Act, Target};
use super::try_load;
use crate::command::{signal, wait};
use crate::process::postproof;

/// The command in a folder, where the scenario lies and the report will.
fn spawn(folder: &Path, scenario: &str, limit: Option<u32>) -> Child {
    std::fs::write(folder.join("load.toml"), scenario).expect("written");
    let command = postproof(folder);
    let program = command.get_program().to_owned();
    let mut command = match limit {
        None => command,
        Some(limit) => {
            let mut shell = std::process::Command::new("sh");
            shell.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
            shell.arg("-c").arg(format!("ulimit -n {limit} && exec \"$0\" \"$@\"")).arg(program);
            shell
        }
    };
    command.args(["load", "load.toml", "--out", "out", "--quiet"]);
    command.stdout(Stdio::null()).spawn().expect("it starts")
}

fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("out/report.json")).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn verdict<'a>(report: &'a Value, id: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {report:#}"));
    check["verdict"].as_str().expect("a verdict")
}

async fn ended(mut child: Child) -> i32 {
    tokio::task::spawn_blocking(move || wait(&mut child)).await.expect("it ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_load_leaves_a_partial_report_and_exits_130() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::start(|_, _| Act::Take).await;
    let child = spawn(folder.path(), &target.scenario("", "stages = [{ for = \"10m\", rate = 100 }]", ""), None);
    target.has_seen(100).await;
    signal(&child, "INT");
    assert_eq!(ended(child).await, 130);
    let report = report(folder.path());
    assert_eq!((report["interrupted"].as_bool(), report["verdict"].as_str()), (Some(true), Some("inconclusive")));
    assert_eq!(verdict(&report, "load.complete"), "inconclusive", "{report:#}");
    assert!(report["ledger"]["attempts"].as_u64() >= Some(100), "{report:#}");
    assert_eq!(report["ledger"]["lost"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_file_descriptors_are_no_fault_of_the_targets() {
    let target = Target::start(|_, _| Act::Take).await;
    let load = "stages = [{ for = \"3s\", rate = 230 }, { for = \"2s\", rate = 1 }]\nconnections = 300";
    let folder = tempfile::tempdir().expect("a folder");
    let child = spawn(folder.path(), &target.scenario("", load, ""), Some(48));
    // The connections that there are suffice; that there are no more is told.
    assert!([0, 4].contains(&ended(child).await));
    let report = report(folder.path());
    assert_eq!(report["availability"]["ok"], report["availability"]["total"], "{report:#}");
    assert_eq!(verdict(&report, "sla.availability"), "pass", "{report:#}");
    let told =
        report["notes"].as_array().is_some_and(|notes| notes.iter().any(|note| note.to_string().contains("ulimit")));
    assert!(told, "{report:#}");
    // As many as are needed for anything at all are told at once, or leave a report that tells nothing good.
    for limit in [8, 14, 20, 24] {
        let folder = tempfile::tempdir().expect("a folder");
        let short = load.replace("3s", "1s");
        let code = ended(spawn(folder.path(), &target.scenario("", &short, ""), Some(limit))).await;
        assert!([1, 2, 3, 4].contains(&code), "{limit}: {code}");
        assert_ne!(code, 1, "{limit}: nothing of this is the target's fault");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_loads_do_not_write_to_one_folder() {
    let target = Target::start(|_, _| Act::Take).await;
    let folder = tempfile::tempdir().expect("a folder");
    let text = target.scenario("", "stages = [{ for = \"2s\", rate = 100 }]", "");
    let (_keep, stop) = watch::channel(false);
    let second = async {
        target.has_seen(1).await;
        try_load(&text, folder.path(), stop.clone()).await
    };
    let (first, second) = tokio::join!(try_load(&text, folder.path(), stop.clone()), second);
    let told = second.expect_err("the folder is taken").to_string();
    assert!(told.contains("another run is writing to"), "{told}");
    let first = first.unwrap_or_else(|error| panic!("{error}"));
    assert!(first.ledger.expect("a ledger").attempts > 100);
    assert_ne!(first.verdict, Verdict::Fail);
}
