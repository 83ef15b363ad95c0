//! All parts together, as a stack starts them.

use std::fs;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time;

use super::*;
use crate::monitoring::log::{EventId, Outcome, Room};
use crate::monitoring::{RawMonitoring, doors};

fn settings(text: &str) -> Settings {
    let raw: RawMonitoring = serde_json::from_str(text).expect("well formed");
    raw.try_into().expect("settings")
}

async fn get(base: &str, path: &str) -> String {
    let answer = reqwest::get(format!("{base}{path}")).await.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("a body")
}

/// Asks until the page says so.
async fn until(base: &str, path: &str, says: &str) -> String {
    for _ in 0..300 {
        let page = get(base, path).await;
        if page.contains(says) {
            return page;
        }
        time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{path} never says {says}");
}

#[tokio::test]
async fn everything_runs_side_by_side_and_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stack.log");
    let old = r#"{"at":"2020-01-01T00:00:00.000000Z","room":"tracker","outcome":"booked"}"#;
    fs::write(&path, format!("{old}\n{old}\n")).expect("written");
    let settings = settings(&format!(
        r#"{{"alerts":[{{"name":"letters","rule":"dlq","threshold":2,"for":"0s"}}],
            "log":{{"to":"file","file":{path:?}}}}}"#
    ));
    let monitor = Monitor::start(&settings, Clock::wall()).expect("started");
    let (stop, stopped) = oneshot::channel::<()>();
    let (stop_job, stopped_job) = oneshot::channel::<()>();
    let watch = tokio::spawn(monitor.watch(&settings).expect("a watch").run(async { drop(stopped.await) }));
    let job = monitor.retention_job(&settings, Keepers::default());
    let job = tokio::spawn(job.run(async { drop(stopped_job.await) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = doors::router(monitor.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    monitor.dead_letters(3);
    let page = until(&base, "/alerts", "firing").await;
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!((&page["alerts"][0]["alert"], &page["alerts"][0]["value"]), (&"letters".into(), &3.0.into()));
    let page = until(&base, "/retention", "\"kind\":\"logs\"").await;
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(
        (&page["last_run"]["kinds"][0]["removed"], &page["last_run"]["kinds"][0]["complete"]),
        (&2.into(), &true.into())
    );
    assert!(get(&base, "/metrics").await.contains("postproof_retention_removed_total{kind=\"logs\"} 2\n"));

    let at = Clock::wall().now();
    let event_id = Some(EventId::of("dep_9aa"));
    monitor.log(|| Line { event_id, ..Line::new(at, Room::Tracker, Outcome::Accepted) });
    drop((stop, stop_job));
    watch.await.expect("it ends");
    job.await.expect("it ends");
    server.abort();
    monitor.close();
    let log = fs::read_to_string(&path).expect("the log");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().all(|line| line["at"].as_str().is_some_and(|at| !at.starts_with("2020"))), "{log}");
    assert!(lines.iter().any(|line| line["room"] == "alerts" && line["outcome"] == "fired"));
    assert!(lines.iter().any(|line| line["event_id"] == "dep_9aa"));
}

#[test]
fn a_log_that_cannot_be_written_is_told_with_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&format!(r#"{{"log":{{"to":"file","file":{:?}}}}}"#, folder.path()));
    let told = Monitor::start(&settings, Clock::wall()).expect_err("a folder is no file").to_string();
    assert!(told.contains(&folder.path().display().to_string()) && told.contains("choose another file"), "{told}");
}
