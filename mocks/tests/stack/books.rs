//! What the sound stack books: once, exactly, and with the right flag.

use serde_json::{Value, json};

use crate::harness::{Answer, Running, deposit, money, registration, with};

#[tokio::test]
async fn sequential_duplicates_are_one_credit() {
    let stack = Running::sound().await;
    let body = deposit(&stack.click().await, "dep_1", 123.45);
    assert_eq!(stack.fire(&body).await, Answer::ack(false));
    for _ in 0..3 {
        assert_eq!(stack.fire(&body).await, Answer::ack(true));
    }
    assert_eq!(stack.credits().await.len(), 1);
}

#[tokio::test]
async fn concurrent_duplicates_are_one_credit() {
    let stack = Running::sound().await;
    let body = deposit(&stack.click().await, "dep_1", 123.45);
    let answers = concurrently(&stack, &body, 20).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Answer::ack(false)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Answer::ack(true)).count(), 19);
    assert_eq!(stack.credits().await.len(), 1);
}

/// The same body, so many times at once.
pub(crate) async fn concurrently(stack: &Running, body: &Value, times: usize) -> Vec<Answer> {
    let fired: Vec<_> =
        (0..times).map(|_| tokio::spawn(crate::harness::answer(stack.request(&body.to_string())))).collect();
    let mut answers = Vec::new();
    for answer in fired {
        answers.push(answer.await.expect("no panic"));
    }
    answers
}

#[tokio::test]
async fn another_body_under_a_known_id_is_a_conflict() {
    let stack = Running::sound().await;
    let body = deposit(&stack.click().await, "dep_1", 123.45);
    stack.fire(&body).await;
    let other = with(&body, json!({"amount": 999.5}));
    assert_eq!(stack.fire(&other).await.refusal(), (409, "event_id_conflict"));
    stack.quiet().await;
    let credits = stack.text(&stack.urls.read_back).await;
    assert!(credits.contains("\"amount\":123.45,") && !credits.contains("999.5"), "{credits}");
}

#[tokio::test]
async fn credits_say_what_was_sent_and_nothing_else() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    assert_eq!(stack.text(&stack.urls.read_back).await, "[]");
    let bodies = [
        registration(&click, "reg_1"),
        with(&deposit(&click, "dep_1", 999_999_999_999.99), json!({"brand_id": "b \"1\""})),
        money("refund", &click, "ref_1", 100),
        with(&money("chargeback", &click, "cha_1", 7), json!({"currency": "JPY"})),
    ];
    for body in bodies {
        stack.fire(&body).await;
        stack.quiet().await;
    }
    let common = format!(r#""click_id":"{click}""#);
    let (none, at) = (r#""brand_id":null"#, r#""ts_event":"2025-10-21T14:54:12Z""#);
    let day = r#""report_day":"2025-10-21""#;
    let reported = format!(r#""report_currency":"USD",{day}"#);
    let expected = [
        format!(r#"[{{"event_id":"reg_1",{common},"event":"registration",{day},{none},{at}}}"#),
        format!(
            r#"{{"event_id":"dep_1",{common},"event":"deposit_success","amount":999999999999.99,"currency":"USD","report_amount":999999999999.99,{reported},"brand_id":"b \"1\"",{at},"is_ftd":false}}"#
        ),
        format!(
            r#"{{"event_id":"ref_1",{common},"event":"refund","amount":-100.00,"currency":"USD","report_amount":-100.00,{reported},{none},{at}}}"#
        ),
        format!(
            r#"{{"event_id":"cha_1",{common},"event":"chargeback","amount":-7,"currency":"JPY","report_amount":-0.05,{reported},{none},{at}}}]"#
        ),
    ];
    assert_eq!(stack.text(&stack.urls.read_back).await, expected.join(","));
}

#[tokio::test]
async fn the_first_flagged_deposit_of_enough_is_the_first_deposit() {
    let stack = Running::sound().await;
    let (click, other) = (stack.click().await, stack.click().await);
    let flagged = |click: &str, id: &str, amount| with(&deposit(click, id, amount), json!({"is_ftd": true}));
    let account = json!({"account_id": "u_1"});
    stack.fire(&with(&deposit(&click, "plain", 50.5), account.clone())).await;
    stack.fire(&with(&flagged(&click, "small", 9.99), account.clone())).await;
    stack.fire(&with(&flagged(&click, "first", 10.5), account.clone())).await;
    stack.fire(&with(&flagged(&click, "first", 10.5), account.clone())).await;
    stack.fire(&with(&flagged(&other, "second", 10.5), account)).await;
    stack.fire(&flagged(&other, "own", 10.5)).await;
    stack.fire(&flagged(&other, "again", 10.5)).await;
    let credits = stack.credits().await;
    let first: Vec<_> = credits.iter().filter(|c| c["is_ftd"] == true).filter_map(|c| c["event_id"].as_str()).collect();
    assert_eq!((first, credits.len()), (vec!["first", "own"], 6));
}

#[tokio::test]
async fn the_earliest_deposit_is_the_first_whenever_it_comes() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    let flagged = |id: &str, at: &str| with(&deposit(&click, id, 50.5), json!({"is_ftd": true, "ts_event": at}));
    for (id, at) in
        [("noon", "2025-10-21T12:00:00Z"), ("one", "2025-10-21T13:00:00Z"), ("dawn", "2025-10-21T06:00:00Z")]
    {
        stack.fire(&flagged(id, at)).await;
        stack.quiet().await;
    }
    let credits = stack.credits().await;
    let first: Vec<_> = credits.iter().filter(|c| c["is_ftd"] == true).filter_map(|c| c["event_id"].as_str()).collect();
    assert_eq!((first, credits.len()), (vec!["dawn"], 3));
}

#[tokio::test]
async fn a_credit_keeps_what_its_postback_added() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    let added =
        json!({"transaction_id": "t_1", "commission": 35.5, "attribution": "probabilistic", "tier": 1, "geo": "BR"});
    stack.fire(&with(&deposit(&click, "dep_1", 50.5), added)).await;
    let credit = stack.credits().await.remove(0);
    assert_eq!((&credit["transaction_id"], &credit["commission"]), (&json!("t_1"), &json!(35.5)));
    assert_eq!((&credit["billable"], &credit["surplus_fields"]), (&json!(false), &json!(["tier"])));
}

#[tokio::test]
async fn totals_are_the_sum_of_the_credits() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    stack.fire(&registration(&click, "reg_1")).await;
    for (number, amount) in [0.1, 0.2, 0.3, 100.45].into_iter().enumerate() {
        stack.fire(&deposit(&click, &format!("dep_{number}"), amount)).await;
    }
    stack.fire(&money("refund", &click, "ref_1", 0.3)).await;
    stack.quiet().await;
    let totals = stack.text(&stack.door("/totals")).await;
    let expected = r#"[{"event":"deposit_success","currency":"USD","count":4,"amount":101.05,"report_amount":101.05},{"event":"refund","currency":"USD","count":1,"amount":-0.30,"report_amount":-0.30},{"event":"registration","count":1}]"#;
    assert_eq!(totals, expected);
}

#[tokio::test]
async fn many_credits_are_read_back_whole_and_in_order() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    let mut ids = Vec::new();
    for batch in 0..30 {
        let sent: Vec<_> = (0..40)
            .map(|n| {
                let body = registration(&click, &format!("reg_{batch}_{n}"));
                tokio::spawn(crate::harness::answer(stack.request(&body.to_string())))
            })
            .collect();
        for (n, answer) in sent.into_iter().enumerate() {
            assert_eq!(answer.await.expect("no panic"), Answer::ack(false));
            ids.push(format!("reg_{batch}_{n}"));
        }
    }
    let mut read: Vec<String> =
        stack.credits().await.iter().filter_map(|c| c["event_id"].as_str().map(str::to_owned)).collect();
    assert_eq!(read.len(), 1200);
    read.sort();
    ids.sort();
    assert_eq!(read, ids);
}
