//! Every defect is seen to do what it says, beside a sound stack that does not.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::books::concurrently;
use crate::harness::{Answer, Running, answer, deposit, registration, with};

/// A stack with these defects, and a click on it.
async fn planted(defects: &[&str]) -> (Running, String) {
    let stack = Running::with(defects).await;
    let click = stack.click().await;
    (stack, click)
}

/// A sound body under a signature of something else.
async fn forge(stack: &Running, body: &Value) -> Answer {
    let request = stack.request_as(Method::POST, "application/json", &body.to_string());
    let request = request.header("authorization", format!("Bearer {}", stack.token()));
    answer(request.header("x-signature", stack.signature("something else"))).await
}

#[tokio::test]
async fn no_idempotency_books_every_delivery() {
    let (stack, click) = planted(&["no-idempotency"]).await;
    let body = with(&deposit(&click, "dep_1", 20.5), json!({"is_ftd": true}));
    for _ in 0..3 {
        assert_eq!(stack.fire(&body).await, Answer::ack(false));
    }
    let credits = stack.credits().await;
    assert_eq!(credits.iter().filter(|credit| credit["is_ftd"] == true).count(), 3);
}

#[tokio::test]
async fn check_then_insert_is_fooled_by_concurrent_duplicates_only() {
    let (stack, click) = planted(&["check-then-insert"]).await;
    let body = deposit(&click, "dep_1", 20.5);
    assert_eq!(stack.fire(&body).await, Answer::ack(false));
    assert_eq!(stack.fire(&body).await, Answer::ack(true));
    let other = with(&body, json!({"amount": 21.5}));
    assert_eq!(stack.fire(&other).await.refusal(), (409, "event_id_conflict"));
    assert_eq!(stack.credits().await.len(), 1);

    concurrently(&stack, &deposit(&click, "dep_2", 20.5), 20).await;
    assert!(stack.credits().await.len() > 2);
}

#[tokio::test]
async fn signature_unchecked_takes_forgeries() {
    let (stack, click) = planted(&["signature-unchecked"]).await;
    assert_eq!(forge(&stack, &deposit(&click, "dep_1", 20.5)).await, Answer::ack(false));
    assert_eq!(stack.credits().await.len(), 1);
    let sound = Running::sound().await;
    let body = deposit(&sound.click().await, "dep_1", 20.5);
    assert_eq!(forge(&sound, &body).await.refusal(), (403, "signature_invalid"));
    assert_eq!(sound.credits().await.len(), 0);
}

#[tokio::test]
async fn token_unchecked_takes_strangers() {
    let (stack, click) = planted(&["token-unchecked"]).await;
    let body = deposit(&click, "dep_1", 20.5).to_string();
    let request = stack.request_as(Method::POST, "application/json", &body);
    let request = request.header("x-signature", stack.signature(&body));
    assert_eq!(answer(request).await, Answer::ack(false));
    assert_eq!(stack.credits().await.len(), 1);
}

#[tokio::test]
async fn refusals_credit_says_no_and_books() {
    let (stack, click) = planted(&["refusals-credit"]).await;
    let forged = deposit(&click, "dep_forged", 20.5);
    assert_eq!(forge(&stack, &forged).await.refusal(), (403, "signature_invalid"));
    assert_eq!(forge(&stack, &forged).await.refusal(), (403, "signature_invalid"));
    let text_amount = with(&forged, json!({"event_id": "dep_text", "amount": "100.00"}));
    assert_eq!(stack.fire(&text_amount).await.refusal(), (422, "schema_invalid"));
    assert_eq!(stack.fire(&registration("clk_nobody", "reg_1")).await.refusal(), (422, "unknown_click"));
    let credits = stack.credits().await;
    let ids: Vec<_> = credits.iter().filter_map(|credit| credit["event_id"].as_str()).collect();
    assert_eq!(ids, ["dep_forged", "dep_text", "reg_1"]);
}

#[tokio::test]
async fn refusals_credit_leaves_genuine_events_alone() {
    let (stack, click) = planted(&["refusals-credit"]).await;
    let genuine = deposit(&click, "dep_1", 20.5);
    let forged = with(&genuine, json!({"amount": 999.5}));
    assert_eq!(stack.fire(&genuine).await, Answer::ack(false));
    assert_eq!(forge(&stack, &forged).await.refusal(), (403, "signature_invalid"));
    assert_eq!(stack.fire(&forged).await.refusal(), (409, "event_id_conflict"));
    let credits = stack.credits().await;
    assert_eq!((credits.len(), &credits[0]["amount"]), (1, &json!(20.5)));

    let late = deposit(&click, "dep_2", 20.5);
    assert_eq!(forge(&stack, &with(&late, json!({"amount": 999.5}))).await.status, 403);
    assert_eq!(stack.fire(&late).await, Answer::ack(false));
}

#[tokio::test]
async fn lost_after_ack_loses_every_seventh() {
    let (stack, click) = planted(&["lost-after-ack"]).await;
    for n in 1..=14 {
        let body = registration(&click, &format!("reg_{n}"));
        assert_eq!(stack.fire(&body).await, Answer::ack(false));
        assert_eq!(stack.fire(&body).await, Answer::ack(true));
    }
    stack.quiet().await;
    let credits = stack.text(&stack.urls.read_back).await;
    let missing: Vec<_> = (1..=14).filter(|n| !credits.contains(&format!("\"reg_{n}\""))).collect();
    assert_eq!(missing, [7, 14]);
}

#[tokio::test]
async fn float_amounts_lose_cents() {
    let (stack, click) = planted(&["float-amounts"]).await;
    stack.fire(&deposit(&click, "dep_1", 123.45)).await;
    stack.quiet().await;
    let credits = stack.text(&stack.urls.read_back).await;
    assert!(credits.contains("\"amount\":123.44999694824219,"), "{credits}");
}

#[tokio::test]
async fn currency_dropped_keeps_the_amount_only() {
    let (stack, click) = planted(&["currency-dropped"]).await;
    stack.fire(&deposit(&click, "dep_1", 123.45)).await;
    let credits = stack.credits().await;
    assert_eq!((&credits[0]["amount"], credits[0].get("currency")), (&json!(123.45), None));
}

#[tokio::test]
async fn overwrite_lets_the_last_body_win() {
    let (stack, click) = planted(&["overwrite"]).await;
    let body = deposit(&click, "dep_1", 123.45);
    let other = with(&body, json!({"amount": 999.5}));
    stack.fire(&body).await;
    assert_eq!(stack.fire(&other).await.status, 200);
    assert_eq!(stack.fire(&other).await, Answer::ack(true));
    let credits = stack.credits().await;
    assert_eq!((credits.len(), &credits[0]["amount"]), (1, &json!(999.5)));
}

#[tokio::test]
async fn ack_before_check_answers_anything_and_books_what_is_sound() {
    let (stack, click) = planted(&["ack-before-check"]).await;
    assert_eq!(forge(&stack, &deposit(&click, "dep_1", 20.5)).await, Answer::ack(false));
    assert_eq!(answer(stack.request_as(Method::POST, "text/plain", "what?")).await, Answer::ack(false));
    assert_eq!(answer(stack.request(&"x".repeat(70_000))).await, Answer::ack(false));
    let sound = deposit(&click, "dep_2", 20.5);
    assert_eq!(stack.fire(&sound).await, Answer::ack(false));
    assert_eq!(stack.fire(&sound).await, Answer::ack(false));
    assert_eq!(settled(&stack, 1).await[0]["event_id"], "dep_2");
}

#[tokio::test]
async fn expired_token_taken_takes_what_is_years_old() {
    let (stack, click) = planted(&["expired-token-taken"]).await;
    let sound = Running::sound().await;
    let sound_click = sound.click().await;
    for (stack, click, status) in [(&stack, click, 200), (&sound, sound_click, 401)] {
        let body = registration(&click, "reg_1").to_string();
        let request = stack.request_as(Method::POST, "application/json", &body);
        let request = request.header("authorization", format!("Bearer {}", stack.token_of(1_600_000_000)));
        assert_eq!(answer(request.header("x-signature", stack.signature(&body))).await.status, status);
    }
}

#[tokio::test]
async fn unknown_click_taken_credits_nobodys_click() {
    let (stack, _) = planted(&["unknown-click-taken"]).await;
    assert_eq!(stack.fire(&registration("clk_nobody", "reg_1")).await, Answer::ack(false));
    assert_eq!(stack.credits().await.len(), 1);
}

#[tokio::test]
async fn redirecting_endpoint_redirects() {
    let (stack, click) = planted(&["redirecting-endpoint"]).await;
    let body = registration(&click, "reg_1").to_string();
    let redirected = stack.request(&body).send().await.expect("an answer");
    assert_eq!(
        (redirected.status().as_u16(), &redirected.headers()["location"]),
        (308, &"/postback/".parse().expect("a header"))
    );
}

#[tokio::test]
async fn server_error_on_bad_input_blames_itself() {
    let (stack, click) = planted(&["server-error-on-bad-input"]).await;
    assert_eq!(
        stack.fire(&with(&registration(&click, "r"), json!({"event": "login"}))).await.refusal(),
        (500, "internal")
    );
    assert_eq!(stack.fire(&registration(&click, "reg_1")).await, Answer::ack(false));
    assert_eq!(forge(&stack, &registration(&click, "reg_2")).await.status, 403);
}

#[tokio::test]
async fn case_folded_ids_swallow_another_event() {
    let (stack, click) = planted(&["case-folded-ids"]).await;
    assert_eq!(stack.fire(&registration(&click, "REG_a")).await, Answer::ack(false));
    assert_eq!(stack.fire(&registration(&click, "reg_A")).await.refusal(), (409, "event_id_conflict"));
    let sound = Running::sound().await;
    let click = sound.click().await;
    sound.fire(&registration(&click, "REG_a")).await;
    assert_eq!(sound.fire(&registration(&click, "reg_A")).await, Answer::ack(false));
}

#[tokio::test]
async fn one_event_per_click_swallows_repeat_deposits() {
    let (stack, click) = planted(&["one-event-per-click"]).await;
    assert_eq!(stack.fire(&deposit(&click, "dep_1", 20.5)).await, Answer::ack(false));
    assert_eq!(stack.fire(&deposit(&click, "dep_2", 30.5)).await, Answer::ack(true));
    assert_eq!(stack.fire(&registration(&click, "reg_1")).await, Answer::ack(false));
    assert_eq!(stack.credits().await.len(), 2);
}

#[tokio::test]
async fn busy_drops_what_it_told_to_come_again() {
    let (stack, click) = planted(&["busy-drops"]).await;
    let mut turned_away = Vec::new();
    for number in 0..22 {
        let body = registration(&click, &format!("reg_{number}"));
        if stack.fire(&body).await.status == 429 {
            turned_away.push(number);
            assert_eq!(stack.fire(&body).await, Answer::ack(true));
        }
    }
    assert_eq!(turned_away.len(), 2);
    assert_eq!(stack.credits().await.len(), 20);
}

#[tokio::test]
async fn failed_bookings_vanish_for_good() {
    let (stack, click) = planted(&["failed-bookings-vanish"]).await;
    for number in 0..26 {
        assert_eq!(stack.fire(&registration(&click, &format!("reg_{number}"))).await, Answer::ack(false));
    }
    assert_eq!(stack.credits().await.len(), 24);
    assert!(stack.text(&stack.door("/dlq")).await.contains("\"total\":0"));
}

#[tokio::test]
async fn bookings_go_wrong_as_planted() {
    let booked = async |defect: &str| {
        let (stack, click) = planted(&[defect]).await;
        let added = json!({"brand_id": "b", "is_ftd": false});
        stack.fire(&with(&deposit(&click, "dep_1", 5.75), added)).await;
        stack.quiet().await;
        stack.fire(&crate::harness::money("refund", &click, "ref_1", 5.75)).await;
        stack.credits().await
    };
    let whole = booked("whole-amounts").await;
    assert_eq!((&whole[0]["amount"], &whole[1]["amount"]), (&json!(5), &json!(-5)));
    assert_eq!(booked("brand-ignored").await[0]["brand_id"], "main");
    assert_eq!(booked("reversals-positive").await[1]["amount"], 5.75);
    assert_eq!(booked("every-deposit-first").await[0]["is_ftd"], true);
    assert_eq!(booked("local-times").await[0]["ts_event"], "2025-10-21T11:54:12Z");
}

#[tokio::test]
async fn defects_combine() {
    let (stack, click) =
        planted(&["ack-before-check", "refusals-credit", "float-amounts", "currency-dropped", "no-idempotency"]).await;
    forge(&stack, &deposit(&click, "dep_forged", 123.45)).await;
    for _ in 0..2 {
        stack.fire(&deposit(&click, "dep_1", 123.45)).await;
    }
    for credit in settled(&stack, 3).await {
        assert!(credit["amount"].to_string().starts_with("123.44999"), "{credit}");
        assert_eq!(credit.get("currency"), None);
    }
}

/// The credits, once there are so many and a moment later still are.
async fn settled(stack: &Running, count: usize) -> Vec<Value> {
    for _ in 0..100 {
        if stack.credits().await.len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let credits = stack.credits().await;
    assert_eq!(credits.len(), count);
    credits
}
