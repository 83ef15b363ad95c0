//! What defects change about the way a stack answers, turns away and redirects, beside a sound stack that does not.

use std::time::Duration;

use postproof_mocks::{Admission, Config, Defect, Rate, TrackerSettings};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Running, answer, registration};

/// Everything that comes back to a request in pieces, with a pause between them.
async fn told(stack: &Running, pieces: [&str; 2], pause: Duration) -> String {
    let address = stack.urls.target.trim_start_matches("http://").trim_end_matches("/postback").to_owned();
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(pieces[0].as_bytes()).await.expect("written");
    tokio::time::sleep(pause).await;
    // A stack that has lost its patience does not read this any more.
    let _ = socket.write_all(pieces[1].as_bytes()).await;
    let mut told = String::new();
    let _ = socket.read_to_string(&mut told).await;
    told
}

fn head(stack: &Running, body: &str, length: &str) -> String {
    format!(
        "POST /postback HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\nx-signature: {}\r\n{length}\r\n\r\n",
        stack.token(),
        stack.signature(body)
    )
}

#[tokio::test]
async fn bodies_in_chunks_and_slow_ones() {
    for (defect, chunked, slow) in
        [(None, "200", "200"), (Some("chunked-refused"), "411", "200"), (Some("slow-bodies-refused"), "200", "408")]
    {
        let stack = Running::with(defect.as_slice()).await;
        let click = stack.click().await;
        let body = registration(&click, "reg_chunked").to_string();
        let (first, second) = body.split_at(20);
        let pieces = [
            format!("{}14\r\n{first}\r\n", head(&stack, &body, "transfer-encoding: chunked")),
            format!("{:x}\r\n{second}\r\n0\r\n\r\n", second.len()),
        ];
        let answered = told(&stack, [&pieces[0], &pieces[1]], Duration::ZERO).await;
        assert_eq!(answered.split(' ').nth(1), Some(chunked), "{defect:?}: {answered}");
        let body = registration(&click, "reg_slow").to_string();
        let first = head(&stack, &body, &format!("content-length: {}", body.len()));
        let answered = told(&stack, [&first, &body], Duration::from_millis(1500)).await;
        assert_eq!(answered.split(' ').nth(1), Some(slow), "{defect:?}: {answered}");
    }
}

/// The answer to a postback with a broken signature.
async fn refusal(defects: &[&str]) -> (String, String, String) {
    let stack = Running::with(defects).await;
    let request = stack.request("{}").header("x-signature", "sha256=00");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    (kind, answer.text().await.expect("a whole body"), stack.token())
}

#[tokio::test]
async fn refusals_in_other_words() {
    let (kind, text, token) = refusal(&[]).await;
    assert_eq!(kind, "application/json");
    assert!(!text.contains(&token) && !text.contains("backtrace"), "{text}");
    let (kind, text, _) = refusal(&["html-errors"]).await;
    assert!(kind.starts_with("text/html") && text.starts_with("<!DOCTYPE html>"), "{kind}: {text}");
    let (_, text, _) = refusal(&["trace-in-errors"]).await;
    assert!(
        text.contains("stack backtrace:") && text.contains("tracker.db") && text.contains("signature_repeated"),
        "{text}"
    );
    let (_, text, _) = refusal(&["token-echoed"]).await;
    assert!(text.contains("Authorization was: Bearer ey"), "{text}");
}

/// The answers to four postbacks at once, where two a second may come.
async fn hurried(defects: &[&str]) -> Vec<(u16, bool)> {
    let admission = Admission { rate: Some(Rate { per_second: 1, burst: 2 }), ..Admission::default() };
    let tracker = TrackerSettings { admission, ..TrackerSettings::default() };
    let defects = defects.iter().map(|name| Defect::by_name(name).expect("a registered defect")).collect();
    let stack = Running::start(Config { tracker, defects, ..Config::default() }).await;
    let click = stack.click().await;
    let mut told = Vec::new();
    for number in 0..20 {
        let body = registration(&click, &format!("reg_{number}")).to_string();
        let answer = stack.request(&body).send().await.expect("an answer");
        told.push((answer.status().as_u16(), answer.headers().contains_key("retry-after")));
    }
    told
}

#[tokio::test]
async fn rates_that_are_told_untold_and_ignored() {
    // How fast the test is decides how many are turned away, but some of twenty are.
    let turned_away = async |defects: &[&str]| -> Vec<_> {
        hurried(defects).await.into_iter().filter(|(status, _)| *status == 429).collect()
    };
    let sound = turned_away(&[]).await;
    assert!(!sound.is_empty() && sound.iter().all(|(_, told)| *told), "{sound:?}");
    let untold = turned_away(&["no-retry-after"]).await;
    assert!(!untold.is_empty() && untold.iter().all(|(_, told)| !*told), "{untold:?}");
    assert_eq!(turned_away(&["limit-ignored"]).await, []);
}

/// A click with everything that a link can bring.
const LINK: &str = "?utm_source=mail&sub_id=s_7&brand_id=aurora&email=ana%40mail.example&phone=%2B55119&name=Ana&\
                    url=https%3A%2F%2Felsewhere.example%2Fx";

async fn clicked(stack: &Running) -> (Response, String) {
    let url = format!("{}{LINK}", stack.urls.click);
    let answer = stack.client.get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    (answer, location)
}

fn click_id(location: &str) -> &str {
    let (_, rest) = location.split_once("click_id=").expect("a click id");
    rest.split('&').next().unwrap_or_default()
}

/// What the stack with that defect does with the click, and what a sound one does.
async fn both(defect: &str) -> [(Running, Response, String); 2] {
    let mut both = Vec::new();
    for defects in [&[][..], &[defect][..]] {
        let stack = Running::with(defects).await;
        let (answer, location) = clicked(&stack).await;
        both.push((stack, answer, location));
    }
    both.try_into().unwrap_or_else(|_| unreachable!("two were pushed"))
}

#[tokio::test]
async fn click_ids_that_can_be_counted() {
    let [(_, _, sound), (stack, _, first)] = both("counted-click-ids").await;
    let (_, second) = clicked(&stack).await;
    let number = |location: &str| click_id(location).trim_start_matches("clk_").parse::<u64>().ok();
    assert_eq!(number(&first).map(|number| number + 1), number(&second));
    assert!(number(&sound).is_none() && click_id(&sound).len() == 36, "{sound}");
}

#[tokio::test]
async fn places_that_nobody_should_be_sent_to() {
    let [(sound, _, landing), (_, _, elsewhere)] = both("open-redirect").await;
    assert!(landing.starts_with(&sound.at("/landing?click_id=clk_")), "{landing}");
    assert!(elsewhere.starts_with("https://elsewhere.example/x?click_id=clk_"), "{elsewhere}");
    let [(_, _, landing), (_, _, telling)] = both("pii-carried").await;
    for personal in ["email", "phone", "name", "Ana", "%40mail"] {
        assert!(!landing.contains(personal) && telling.contains(personal), "{personal}: {landing} {telling}");
    }
}

#[tokio::test]
async fn redirects_that_may_be_kept_and_that_come_twice() {
    let [(_, sound, _), (_, kept, _)] = both("cacheable-redirect").await;
    assert_eq!(sound.headers()["cache-control"], "no-store");
    assert_eq!(kept.headers()["cache-control"], "public, max-age=300");
    let [(sound, _, landing), (stack, _, again)] = both("two-hops").await;
    assert_eq!(sound.client.get(landing).send().await.expect("an answer").status(), 200);
    let second = stack.client.get(&again).send().await.expect("an answer");
    assert_eq!(second.status(), 302);
    let landing = second.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(landing, stack.at(&format!("/landing?click_id={}&brand_id=aurora", click_id(&again))));
    assert_eq!(stack.client.get(landing).send().await.expect("an answer").status(), 200);
    assert_eq!(answer(stack.request(&registration(click_id(&again), "reg_1").to_string())).await.status, 200);
}

#[tokio::test]
async fn parameters_that_are_forgotten() {
    let [(sound, _, kept), (stack, _, dropped)] = both("parameters-dropped").await;
    let parameters = async |stack: &Running, location: &str| -> Value {
        stack.json(&format!("/clicks/{}", click_id(location))).await["parameters"].clone()
    };
    let all = json!({"utm_source": "mail", "sub_id": "s_7", "brand_id": "aurora"});
    assert_eq!((parameters(&sound, &kept).await, kept.contains("brand_id=aurora")), (all, true));
    assert_eq!((parameters(&stack, &dropped).await, dropped.contains("brand_id")), (json!({}), false));
}
