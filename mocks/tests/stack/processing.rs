//! From the queue into the books: the bound, redelivery, the DLQ and the way back out of it, a restart.

use std::time::Duration;

use postproof_mocks::{Config, Database, TrackerSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Running, answer, deposit, registration};
use crate::scrape::Page;

async fn post(stack: &Running, path: &str) -> Value {
    answer(stack.client.request(Method::POST, stack.door(path))).await.body
}

async fn get(stack: &Running, path: &str) -> Value {
    serde_json::from_str(&stack.text(&stack.door(path)).await).expect("JSON")
}

async fn with_room_for(queue_capacity: usize) -> Running {
    let tracker = TrackerSettings { queue_capacity, ..TrackerSettings::default() };
    Running::start(Config { tracker, ..Config::default() }).await
}

#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing() {
    let stack = with_room_for(2).await;
    let click = stack.click().await;
    assert_eq!(post(&stack, "/books/close").await["books"], "closed");
    for id in ["reg_1", "reg_2"] {
        assert_eq!(stack.fire(&registration(&click, id)).await, Answer::ack(false));
    }
    let body = registration(&click, "reg_3").to_string();
    let refused = stack.request(&body).send().await.expect("an answer");
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &"1".parse().expect("a header")));
    assert_eq!(get(&stack, "/queue").await, json!({"depth": 2, "capacity": 2, "books": "closed"}));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let waited = async || Page::of(&stack).await.text("postproof_oldest_waiting_seconds").parse::<f64>();
    assert!(waited().await.is_ok_and(|seconds| seconds >= 0.02));
    post(&stack, "/books/open").await;
    stack.quiet().await;
    assert_eq!(waited().await, Ok(0.0));
    assert_eq!(stack.fire(&registration(&click, "reg_3")).await, Answer::ack(false), "it was not claimed");
    assert_eq!(stack.credits().await.len(), 3);
}

#[tokio::test]
async fn what_cannot_be_booked_is_kept_and_can_be_sent_on_its_way_again() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    post(&stack, "/books/close").await;
    stack.fire(&deposit(&click, "dep_1", 20.5)).await;
    // Eight attempts, with waits of 50 ms that double up to 3.2 s.
    stack.quiet_within(1500).await;
    let dead = get(&stack, "/dlq").await;
    let letter = &dead["dead_letters"][0];
    assert_eq!((&dead["total"], &letter["event_id"]), (&json!(1), &json!("dep_1")));
    assert_eq!((&letter["reason"], &letter["history"]), (&json!("books_closed"), &json!(vec!["books_closed"; 8])));
    assert_eq!(stack.credits().await.len(), 0);
    let page = Page::of(&stack).await;
    let attempts = |outcome: &str| page.count(&format!("postproof_booking_attempts_total{{outcome=\"{outcome}\"}}"));
    assert_eq!((attempts("again"), attempts("given_up"), page.count("postproof_dead_letters")), (7, 1, 1));
    assert_eq!(stack.fire(&deposit(&click, "dep_1", 20.5)).await, Answer::ack(true), "it is known, if not booked");

    post(&stack, "/books/open").await;
    assert_eq!(post(&stack, "/dlq/redrive").await, json!({"redriven": 1, "remaining": 0}));
    assert_eq!(stack.credits().await.len(), 1);
    assert_eq!(Page::of(&stack).await.count("postproof_dead_letters"), 0);
    assert_eq!(post(&stack, "/dlq/redrive").await, json!({"redriven": 0, "remaining": 0}));
    assert_eq!(answer(stack.client.get(stack.door("/dlq?after=x"))).await.refusal(), (400, "query_invalid"));
    assert_eq!(answer(stack.client.get(stack.door("/dlq/redrive"))).await.refusal(), (405, "method_not_allowed"));
}

#[tokio::test]
async fn a_restart_takes_up_what_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let first = Running::on(database.clone()).await;
    let click = first.click().await;
    post(&first, "/books/close").await;
    for number in 0..30 {
        assert_eq!(first.fire(&registration(&click, &format!("reg_{number}"))).await, Answer::ack(false));
    }
    first.stop().await;
    let second = Running::on(database).await;
    assert_eq!(second.credits().await.len(), 30);
    assert_eq!(second.fire(&registration(&click, "reg_7")).await, Answer::ack(true));
}
