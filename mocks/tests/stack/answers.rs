//! Every class of answer of the sound stack, in the order in which a postback is judged.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Answer, Running, answer, deposit, registration, with};

#[tokio::test]
async fn a_sound_postback_is_taken() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    assert_eq!(stack.fire(&registration(&click, "reg_1")).await, Answer::ack(false));
    let parameters = stack.request_as(Method::POST, "application/json; charset=utf-8", "{}");
    assert_eq!(answer(parameters).await.refusal(), (401, "token_missing"));
}

#[tokio::test]
async fn the_outside_is_judged_first() {
    let stack = Running::sound().await;
    let refused = stack.client.get(&stack.urls.target).send().await.expect("an answer");
    assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"POST".parse().expect("a header")));
    assert_eq!(refused.headers()["cache-control"], "no-store");

    let text = answer(stack.request_as(Method::POST, "text/plain", "{}")).await;
    assert_eq!(text.refusal(), (415, "content_type_unsupported"));
    let large = answer(stack.request(&format!("\"{}\"", "x".repeat(70_000)))).await;
    assert_eq!(large.refusal(), (413, "body_too_large"));
    let huge = answer(stack.request(&"x".repeat(3_000_000))).await;
    assert_eq!(huge.refusal(), (413, "body_too_large"));
}

#[tokio::test]
async fn the_token_is_judged_before_the_body() {
    let stack = Running::sound().await;
    let without = stack.request_as(Method::POST, "application/json", "no json").send().await.expect("an answer");
    assert_eq!(
        (without.status().as_u16(), &without.headers()["www-authenticate"]),
        (401, &"Bearer".parse().expect("a header"))
    );
    let wrong = stack.request_as(Method::POST, "application/json", "no json").header("authorization", "Bearer a.b.c");
    assert_eq!(answer(wrong).await.refusal(), (401, "token_invalid"));
    assert_eq!(answer(stack.request("no json")).await.refusal(), (400, "json_invalid"));
}

#[tokio::test]
async fn the_signature_is_judged_before_the_schema() {
    let stack = Running::sound().await;
    let unsigned = |body: &str| {
        let request = stack.request_as(Method::POST, "application/json", body);
        request.header("authorization", format!("Bearer {}", stack.token()))
    };
    let forbidden =
        Answer { status: 403, body: json!({"error": "signature_invalid", "hint": "check canonical order"}) };
    assert_eq!(answer(unsigned("{}")).await, forbidden);
    assert_eq!(answer(unsigned("{}").header("x-signature", stack.signature("{ }"))).await, forbidden);
    let twice = stack.request("{}").header("x-signature", stack.signature("{}"));
    assert_eq!(answer(twice).await.refusal(), (400, "signature_repeated"));
    assert_eq!(answer(stack.request("{}")).await.refusal(), (422, "schema_invalid"));
    assert_eq!(answer(stack.request("[]")).await.refusal(), (400, "json_invalid"));
}

#[tokio::test]
async fn the_signature_may_stand_in_the_body_and_keys_in_any_order() {
    let stack = Running::sound().await;
    let body = registration(&stack.click().await, "reg_1");
    let signed = with(&body, json!({"signature": stack.signature(&body.to_string())}));
    let request = |text: &str| {
        let request = stack.request_as(Method::POST, "application/json", text);
        request.header("authorization", format!("Bearer {}", stack.token()))
    };
    assert_eq!(answer(request(&signed.to_string())).await, Answer::ack(false));

    let shuffled = reversed(&body);
    assert_ne!(shuffled, body.to_string());
    let request = request(&shuffled).header("x-signature", stack.signature(&body.to_string()));
    assert_eq!(answer(request).await, Answer::ack(true));
}

/// The members in reverse order, with spaces between them.
fn reversed(body: &Value) -> String {
    let members = body.as_object().expect("an object").iter().rev();
    let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\" : {value}")).collect();
    format!("{{ {} }}", members.join(" , "))
}

#[tokio::test]
async fn the_schema_is_judged_before_the_click() {
    let stack = Running::sound().await;
    let body = registration("clk_nobody", "reg_1");
    assert_eq!(stack.fire(&with(&body, json!({"ts_event": "yesterday"}))).await.refusal(), (422, "schema_invalid"));
    assert_eq!(stack.fire(&body).await.refusal(), (422, "unknown_click"));
    assert_eq!(stack.credits().await, Vec::<Value>::new());
}

#[tokio::test]
async fn other_doors_answer_in_json_too() {
    let stack = Running::sound().await;
    let nowhere = stack.urls.health.replace("/health", "/nowhere");
    assert_eq!(answer(stack.client.get(nowhere)).await.refusal(), (404, "not_found"));
    let health = answer(stack.client.get(&stack.urls.health)).await;
    assert_eq!(health, Answer { status: 200, body: json!({"status": "ok"}) });
    let posted = stack.client.post(&stack.urls.read_back).send().await.expect("an answer");
    assert_eq!((posted.status().as_u16(), &posted.headers()["allow"]), (405, &"GET".parse().expect("a header")));
}

#[tokio::test]
async fn a_client_that_goes_away_in_its_body_books_nothing() {
    let stack = Running::sound().await;
    let body = deposit(&stack.click().await, "dep_1", 20.5).to_string();
    let address = stack.urls.target.trim_start_matches("http://").trim_end_matches("/postback").to_owned();
    let mut socket = TcpStream::connect(&address).await.expect("a connection");
    let head = format!(
        "POST /postback HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n\
         x-signature: {}\r\ncontent-length: {}\r\n\r\n",
        stack.token(),
        stack.signature(&body),
        body.len() + 1
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    socket.write_all(body.as_bytes()).await.expect("written");
    socket.shutdown().await.expect("closed");
    let mut rest = String::new();
    // The stack may answer 400 or just close; what counts is the books.
    let _ = socket.read_to_string(&mut rest).await;
    assert!(!rest.contains("200 OK"), "{rest}");
    assert_eq!(stack.credits().await, Vec::<Value>::new());
    assert_eq!(answer(stack.request(&body)).await, Answer::ack(false));
}
