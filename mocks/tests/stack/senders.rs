//! Who may send, how fast, to which endpoint and in which dialect.

use postproof_mocks::{Admission, Config, Defect, Dialect, Rate, TrackerSettings};
use serde_json::{Value, json};

use crate::harness::{Answer, Running, answer, deposit, registration, with};

async fn admitting(admission: Admission, defects: &[&str]) -> Running {
    let tracker = TrackerSettings { admission, ..TrackerSettings::default() };
    let defects = defects.iter().map(|name| Defect::by_name(name).expect("a registered defect")).collect();
    Running::start(Config { tracker, defects, ..Config::default() }).await
}

/// One sound postback with a forged word about where it comes from.
async fn forwarded(stack: &Running) -> Answer {
    let body = registration(&stack.click().await, "reg_1").to_string();
    answer(stack.request(&body).header("x-forwarded-for", "203.0.113.7")).await
}

#[tokio::test]
async fn only_addresses_on_the_list_are_heard() {
    let elsewhere = || Admission { allow: vec!["203.0.113.0/24".parse().expect("a network")], ..Admission::default() };
    let stack = admitting(elsewhere(), &[]).await;
    assert_eq!(forwarded(&stack).await.refusal(), (403, "address_not_allowed"));
    let fooled = admitting(elsewhere(), &["forwarded-believed"]).await;
    assert_eq!(forwarded(&fooled).await, Answer::ack(false));
    let proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    let behind_a_proxy = admitting(Admission { trusted_proxies: proxies.clone(), ..elsewhere() }, &[]).await;
    assert_eq!(forwarded(&behind_a_proxy).await, Answer::ack(false));
    let here = admitting(Admission { allow: proxies, ..Admission::default() }, &[]).await;
    assert_eq!(forwarded(&here).await, Answer::ack(false));
}

#[tokio::test]
async fn too_many_at_once_are_told_when_to_come_again() {
    let rate = Some(Rate { per_second: 1, burst: 2 });
    let stack = admitting(Admission { rate, ..Admission::default() }, &[]).await;
    let click = stack.click().await;
    let mut refused = None;
    for number in 0..4 {
        let body = registration(&click, &format!("reg_{number}")).to_string();
        let answer = stack.request(&body).send().await.expect("an answer");
        if answer.status() == 429 {
            refused = Some((number, answer));
            break;
        }
        assert_eq!(answer.status(), 200);
    }
    let (number, answer) = refused.expect("more than the burst");
    assert_eq!(answer.headers()["retry-after"], "1");
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let again = stack.fire(&registration(&click, &format!("reg_{number}"))).await;
    assert_eq!(again, Answer::ack(false), "what was turned away is new when it comes again");
}

#[tokio::test]
async fn each_brand_can_have_its_endpoint() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    let fire = async |brand: &str, body: Value| {
        let text = body.to_string();
        let request = stack.client.post(format!("{}/{brand}", stack.urls.target)).body(text.clone());
        let request = request.header("content-type", "application/json").header("x-signature", stack.signature(&text));
        answer(request.header("authorization", format!("Bearer {}", stack.token()))).await
    };
    assert_eq!(fire("aurora", registration(&click, "reg_1")).await, Answer::ack(false));
    let named = with(&registration(&click, "reg_2"), json!({"brand_id": "aurora"}));
    assert_eq!(fire("aurora", named.clone()).await, Answer::ack(false));
    assert_eq!(fire("borealis", named).await.refusal(), (422, "brand_mismatch"));
    let brands: Vec<_> = stack.credits().await.iter().map(|credit| credit["brand_id"].clone()).collect();
    assert_eq!(brands, ["aurora", "aurora"]);
}

#[tokio::test]
async fn where_there_is_no_id_the_place_in_time_decides() {
    let tracker = TrackerSettings { dialect: Dialect::TransactionId, ..TrackerSettings::default() };
    let stack = Running::start(Config { tracker, ..Config::default() }).await;
    let (click, other) = (stack.click().await, stack.click().await);
    let body = |click: &str, at: &str| {
        let mut body = with(&deposit(click, "", 20.5), json!({"ts_event": at}));
        body.as_object_mut().expect("an object").remove("event_id");
        body
    };
    let known = async |body: &Value| stack.fire(body).await.body["idempotent"].clone();
    assert_eq!(known(&body(&click, "2025-10-21T12:00:00Z")).await, false);
    assert_eq!(known(&body(&click, "2025-10-21T12:01:00Z")).await, true);
    assert_eq!(known(&body(&click, "2025-10-21T11:59:00Z")).await, true);
    assert_eq!(known(&body(&click, "2025-10-21T12:01:01Z")).await, false);
    assert_eq!(known(&body(&other, "2025-10-21T12:00:00Z")).await, false, "another click");
    let transaction = |id: &str| with(&body(&click, "2025-10-21T12:00:00Z"), json!({"transaction_id": id}));
    assert_eq!(known(&transaction("t_1")).await, false);
    assert_eq!(known(&transaction("t_1")).await, true);
    assert_eq!(known(&transaction("t_2")).await, false);
    assert_eq!(stack.credits().await.len(), 5);
}
