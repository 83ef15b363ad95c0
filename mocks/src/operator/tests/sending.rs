//! Retries, dead letters, redelivery, restarts.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time;

use super::super::Rules;
use super::rig::{Heard, Rig, SILENCE, taken};
use crate::database::Database;

const TRACKER: &str = "/landing?click_id=clk_1";
const OK: &str = r#"{"status":"ok"}"#;

/// The `header` of every request about the event with that prefix.
fn about<'a>(heard: &'a [Heard], prefix: &str) -> Vec<&'a Heard> {
    let told = |one: &&Heard| one.body["event_id"].as_str().is_some_and(|id| id.starts_with(prefix));
    heard.iter().filter(told).collect()
}

#[tokio::test]
async fn failures_are_tried_again_with_the_same_id_and_stop_when_taken() {
    let rig = Rig::new(Rules::default(), |before, heard| {
        let tried = before.iter().filter(|one| one.body["event_id"] == heard.body["event_id"]).count();
        [(503, ""), (200, "no acknowledgement"), (200, OK)][tried.min(2)]
    })
    .await;
    rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [2, 0]);
    let heard = rig.heard();
    let deposits = about(&heard, "dep_");
    assert_eq!((deposits.len(), about(&heard, "reg_").len()), (3, 3));
    assert!(deposits.iter().all(|one| one.text == deposits[0].text), "{deposits:?}");
    let signature = deposits[0].headers["x-signature"].to_str().expect("text");
    assert!(signature.starts_with("sha256=") && signature.len() == 71, "{signature}");
    assert!(deposits[0].headers["authorization"].to_str().expect("text").starts_with("Bearer ey"));
}

#[tokio::test]
async fn what_is_refused_waits_as_a_dead_letter_and_can_be_sent_again() {
    let rig = Rig::new(Rules::default(), |before, heard| {
        let tried = before.iter().filter(|one| one.body["event_id"] == heard.body["event_id"]).count();
        if tried == 0 { (422, r#"{"error":"unknown_click"}"#) } else { (200, OK) }
    })
    .await;
    let (account, deposited) = rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [0, 2]);
    let dlq = rig.get("/operator/dlq").await;
    let letters = dlq["dlq"].as_array().expect("letters");
    assert_eq!(letters.len(), 2);
    let letter = letters.iter().find(|letter| letter["event_id"] == deposited["event_id"]).expect("the deposit's");
    assert_eq!((&letter["reason"], &letter["attempts"]), (&json!("refused"), &json!(1)));
    assert_eq!(letter["history"][0]["outcome"], "status 422");
    let payload: Value = serde_json::from_str(letter["payload"].as_str().expect("text")).expect("JSON");
    assert_eq!(payload["click_id"], "clk_1");
    assert!(!dlq.to_string().contains("Bearer") && !dlq.to_string().contains("127.0.0.1"), "{dlq}");

    let (_, one) = rig.post("/operator/dlq/redeliver", None, &json!({"ids": [letter["id"], 999]})).await;
    assert_eq!((one, rig.quiet().await), (json!({"redelivered": 1}), [1, 1]));
    let (_, rest) = rig.post("/operator/dlq/redeliver", None, &json!({})).await;
    assert_eq!((rest, rig.quiet().await), (json!({"redelivered": 1}), [2, 0]));
    let heard = rig.heard();
    let deposits = about(&heard, "dep_");
    assert_eq!((deposits.len(), deposits[0].text == deposits[1].text), (2, true));
    let events = rig.get(&account).await["events"].clone();
    assert!(events.as_array().expect("events").iter().all(|event| event["postback"] == "delivered"), "{events}");
    let (status, refusal) = rig.post("/operator/dlq/redeliver", None, &json!({"id": 1})).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("redelivery_invalid")));
}

#[tokio::test]
async fn attempts_are_bounded_and_their_history_is_kept() {
    let rig = Rig::new(Rules::default(), |_, _| (500, "")).await;
    rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [0, 2]);
    assert_eq!(rig.heard().len(), 8);
    let dlq = rig.get("/operator/dlq").await;
    assert_eq!(dlq["dlq"][0]["history"].as_array().expect("attempts").len(), 4);
    assert_eq!(dlq["dlq"][0]["reason"], "failed as often as it may be tried");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let rig = Rig::new(Rules::default(), |_, _| (307, "")).await;
    rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [0, 2]);
    assert!(rig.heard().iter().all(|heard| heard.path == "/postback"));
}

#[tokio::test]
async fn a_conflict_is_settled_only_when_it_may_be_our_own() {
    let first = Rig::new(Rules::default(), |_, _| (409, "")).await;
    first.player(TRACKER, "EUR").await;
    assert_eq!(first.quiet().await, [0, 2]);
    let second = Rig::new(Rules::default(), |before, heard| {
        let known = before.iter().any(|one| one.body["event_id"] == heard.body["event_id"]);
        if known { (409, "") } else { (502, "") }
    })
    .await;
    second.player(TRACKER, "EUR").await;
    assert_eq!(second.quiet().await, [2, 0]);
}

#[tokio::test]
async fn a_network_that_fails_holds_up_nobody_else() {
    let rig = Rig::new(
        Rules::default(),
        |before, heard| {
            if heard.path.contains("volta") { (503, "") } else { taken(before, heard) }
        },
    )
    .await;
    for n in 0..20 {
        rig.player(&format!("/landing?clickid=v{n}"), "USD").await;
    }
    rig.player(TRACKER, "USD").await;
    rig.player("/landing?subid=k1", "USD").await;
    assert_eq!(rig.quiet().await, [4, 40]);
    let delivery = rig.get("/operator/counts").await["delivery"].clone();
    assert_eq!(delivery["tracker"], json!({"pending": 0, "delivered": 2, "dead": 0}));
    assert_eq!(delivery["keystone"], json!({"pending": 0, "delivered": 2, "dead": 0}));
    assert_eq!(delivery["volta"], json!({"pending": 0, "delivered": 0, "dead": 40}));
}

#[tokio::test]
async fn a_network_that_hangs_takes_its_own_places_and_no_others() {
    let rig =
        Rig::new(
            Rules::default(),
            |before, heard| {
                if heard.path.contains("volta") { (SILENCE, "") } else { taken(before, heard) }
            },
        )
        .await;
    for n in 0..20 {
        rig.player(&format!("/landing?clickid=v{n}"), "USD").await;
    }
    rig.player(TRACKER, "USD").await;
    let mut tracker = Value::Null;
    for _ in 0..1000 {
        tracker = rig.get("/operator/counts").await["delivery"]["tracker"]["delivered"].clone();
        if tracker == 2 {
            break;
        }
        time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(tracker, 2);
    let hanging = rig.heard().iter().filter(|one| one.path.contains("volta")).count();
    assert_eq!(hanging, 16, "as many as the network's concurrency, which is well within its timeout");
}

#[tokio::test]
async fn what_was_acknowledged_is_sent_by_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let left = Database::File(folder.path().join("operator.db"));
    // The first process meets a network that asks for patience, which is longer than the test.
    let first = Rig::on(
        &left,
        Rules::default(),
        |before, heard| {
            if before.len() < 2 { (503, "") } else { taken(before, heard) }
        },
    )
    .await;
    first.operator.drain().await;
    let (_, deposited) = first.player(TRACKER, "EUR").await;
    assert_eq!(first.states().await, [2, 0, 0]);
    // The files as a killed process leaves them: nothing was closed, the log was never folded in.
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("copied");
    }
    let second = first.restart(&Database::File(copy.path().join("operator.db"))).await;
    assert_eq!(second.quiet().await, [2, 0]);
    let heard = second.heard();
    assert!(about(&heard, "dep_").iter().all(|one| one.body["event_id"] == deposited["event_id"]));
    second.operator.close().await.expect("closed in order");
    let (status, refusal) = second.post("/operator/register", None, &json!({})).await;
    assert_eq!((status, &refusal["error"]), (503, &json!("store_unavailable")));
}

#[tokio::test]
async fn a_stop_waits_for_what_is_under_way_and_no_longer() {
    let rig = Rig::new(Rules::default(), |_, _| (503, "")).await;
    rig.player(TRACKER, "EUR").await;
    time::timeout(Duration::from_secs(5), rig.operator.close()).await.expect("in time").expect("in order");
}
