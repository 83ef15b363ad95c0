//! Rules over counts that change, with a webhook on a real socket.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

use super::*;
use crate::clock;
use crate::monitoring::{Accepted, Asked, Levels, Oldest, RawMonitoring, Settings, Waited};

/// A receiver that keeps what it is told, and answers the first so many with 500.
#[derive(Clone, Default)]
struct Receiver {
    told: Arc<Mutex<Vec<Value>>>,
    failures: Arc<Mutex<u32>>,
}

impl Receiver {
    async fn listen(failures: u32) -> (Self, String) {
        let receiver = Self { failures: Arc::new(Mutex::new(failures)), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let router = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url)
    }

    /// Waits for so many messages and then a little for one too many.
    async fn messages(&self, count: usize) -> Vec<Value> {
        for _ in 0..400 {
            if self.told.lock().expect("not poisoned").len() >= count {
                break;
            }
            time::sleep(Duration::from_millis(20)).await;
        }
        time::sleep(Duration::from_millis(50)).await;
        self.told.lock().expect("not poisoned").clone()
    }
}

async fn take(Shared(receiver): Shared<Receiver>, body: String) -> StatusCode {
    let mut failures = receiver.failures.lock().expect("not poisoned");
    if *failures > 0 {
        *failures -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    receiver.told.lock().expect("not poisoned").push(serde_json::from_str(&body).expect("JSON"));
    StatusCode::NO_CONTENT
}

fn watch(rule: &str, threshold: f64, webhook: Option<&str>) -> (Watch, Monitor) {
    let webhook = webhook.map(|url| format!(r#","webhook":"{url}""#)).unwrap_or_default();
    let text = format!(
        r#"{{"alerts":[{{"name":"a","rule":"{rule}","threshold":{threshold},"over":"60s","for":"0s"{webhook}}}]}}"#
    );
    let raw: RawMonitoring = serde_json::from_str(&text).expect("well formed");
    let settings: Settings = raw.try_into().expect("settings");
    let monitor = Monitor::silent();
    (Watch::new(&settings.alerts, monitor.clone()).expect("a client"), monitor)
}

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + number).expect("within range")
}

fn accept(monitor: &Monitor, count: usize, took: Duration) {
    for _ in 0..count {
        monitor.accepted(Accepted { repeated: false, took });
    }
}

fn state(monitor: &Monitor) -> &'static str {
    monitor.board().views()[0].state
}

#[tokio::test]
async fn a_webhook_is_told_once_when_it_fires_and_once_when_it_is_over() {
    let (receiver, url) = Receiver::listen(0).await;
    let (mut watch, monitor) = watch("dlq", 5.0, Some(&url));
    for (number, dead) in [0, 5, 6, 7, 8, 9, 5, 0].into_iter().enumerate() {
        monitor.dead_letters(dead);
        watch.look(second(i64::try_from(number).expect("small")));
    }
    let told = receiver.messages(2).await;
    let states: Vec<_> = told.iter().map(|notice| notice["state"].as_str().unwrap_or_default()).collect();
    assert_eq!(states, ["firing", "resolved"]);
    assert_eq!((&told[0]["alert"], &told[0]["rule"], &told[0]["value"]), (&"a".into(), &"dlq".into(), &6.0.into()));
    assert_eq!((&told[0]["threshold"], &told[0]["reminder"]), (&5.0.into(), &false.into()));
    assert_ne!(told[0]["id"], told[1]["id"]);
    assert!(monitor.metrics().contains("postproof_alert_webhooks_total{outcome=\"sent\"} 2"));
}

#[tokio::test]
async fn a_webhook_that_fails_is_tried_again_with_the_same_message() {
    let (receiver, url) = Receiver::listen(1).await;
    let (mut watch, monitor) = watch("dlq", 0.0, Some(&url));
    monitor.dead_letters(1);
    watch.look(second(0));
    watch.look(second(1));
    assert_eq!(receiver.messages(1).await.len(), 1);
    assert_eq!(*receiver.failures.lock().expect("not poisoned"), 0, "the first attempt failed");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_is_not_there_holds_nobody_up_and_is_counted() {
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let (mut watch, monitor) = watch("dlq", 0.0, Some(&format!("http://{gone}/")));
    monitor.dead_letters(1);
    watch.look(second(0));
    assert_eq!(state(&monitor), "firing");
    let failed = "postproof_alert_webhooks_total{outcome=\"failed\"} 1";
    for _ in 0..1000 {
        if monitor.metrics().contains(failed) {
            return;
        }
        time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the failure is not counted");
}

#[test]
fn a_slow_minute_fires_and_a_quick_one_resolves() {
    let (mut watch, monitor) = watch("p95", 0.5, None);
    watch.look(second(0));
    accept(&monitor, 100, Duration::from_millis(400));
    watch.look(second(1));
    assert_eq!(state(&monitor), "quiet");
    accept(&monitor, 100, Duration::from_millis(900));
    watch.look(second(2));
    assert_eq!(state(&monitor), "firing");
    watch.look(second(30));
    assert_eq!(state(&monitor), "firing", "the slow ones are within the window");
    watch.look(second(90));
    accept(&monitor, 100, Duration::from_millis(10));
    watch.look(second(91));
    assert_eq!(state(&monitor), "quiet");
}

#[test]
fn errors_fire_by_their_share_and_by_their_number() {
    for (rule, threshold) in [("error-rate", 0.1), ("failures", 9.0)] {
        let (mut watch, monitor) = watch(rule, threshold, None);
        watch.look(second(0));
        accept(&monitor, 81, Duration::ZERO);
        for _ in 0..9 {
            monitor.refused("signature_invalid", Duration::ZERO);
        }
        watch.look(second(1));
        assert_eq!(state(&monitor), "quiet", "{rule}: not above its threshold");
        monitor.refused("signature_invalid", Duration::ZERO);
        watch.look(second(2));
        assert_eq!(state(&monitor), "firing", "{rule}");
    }
}

#[test]
fn lag_and_discrepancy_fire() {
    let (mut lagging, monitor) = watch("ingestion-lag", 60.0, None);
    lagging.look(second(0));
    monitor.booked(Duration::from_mins(1), Duration::ZERO);
    lagging.look(second(1));
    assert_eq!(state(&monitor), "quiet");
    monitor.booked(Duration::from_secs(62), Duration::ZERO);
    lagging.look(second(2));
    assert_eq!(state(&monitor), "firing");
    let (mut differing, monitor) = watch("discrepancy", 0.03, None);
    for (at, share, expected) in [(0, 0.03, "quiet"), (1, 0.0301, "firing"), (2, 0.0, "quiet")] {
        monitor.discrepancy(share);
        differing.look(second(at));
        assert_eq!(state(&monitor), expected);
    }
}

/// A queue whose oldest postback is that, or that cannot be read.
struct Waiting(Mutex<Option<Oldest>>);

impl Levels for Waiting {
    fn queue_depth(&self) -> u64 {
        1
    }

    fn oldest_waiting(&self) -> Waited<'_> {
        Box::pin(async { *self.0.lock().expect("not poisoned") })
    }

    fn books(&self) -> Asked<'_> {
        Box::pin(async { None })
    }
}

#[tokio::test(start_paused = true)]
async fn lag_fires_while_nothing_is_booked_and_resolves_when_nothing_waits() {
    let (watch, monitor) = watch("ingestion-lag", 60.0, None);
    let long_ago = Oldest::Since(clock::wall().as_millisecond() - 61_000);
    let waiting = Arc::new(Waiting(Mutex::new(Some(long_ago))));
    monitor.ask(Arc::<Waiting>::clone(&waiting));
    let running = tokio::spawn(watch.run(time::sleep(Duration::from_secs(10))));
    for (found, expected) in [(Some(long_ago), "firing"), (None, "firing"), (Some(Oldest::None), "quiet")] {
        *waiting.0.lock().expect("not poisoned") = found;
        time::sleep(Duration::from_secs(2)).await;
        assert_eq!(state(&monitor), expected, "{found:?}");
    }
    running.await.expect("it ends");
}

#[tokio::test(start_paused = true)]
async fn the_watch_looks_every_second_until_it_is_stopped() {
    let (watch, monitor) = watch("dlq", 0.0, None);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(watch.run(async { drop(stopped.await) }));
    time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(state(&monitor), "quiet");
    monitor.dead_letters(1);
    time::sleep(Duration::from_secs(1)).await;
    assert_eq!(state(&monitor), "firing");
    drop(stop);
    running.await.expect("it ends");
}
