//! What the programs answer, and whether they book, to what is rightly signed and yet no postback as it should be, and to
//! many at once: the lines of `tests/outside/README.md` that a target is to be judged by.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::program::{Outsider, SECRET};
use super::{BODY, headers};

/// How many at once.
const COPIES: usize = 20;

/// A signed request, and what a program does with it: its status, and whether a line is booked.
struct Line {
    method: Method,
    kind: &'static str,
    body: Vec<u8>,
    webhook: (u16, bool),
    receiver: (u16, bool),
}

impl Line {
    fn post(kind: &'static str, body: impl Into<Vec<u8>>, webhook: (u16, bool), receiver: (u16, bool)) -> Self {
        Self { method: Method::POST, kind, body: body.into(), webhook, receiver }
    }

    fn without_post(method: Method) -> Self {
        Self { method, ..Self::post(JSON, BODY, (405, false), (405, false)) }
    }
}

const JSON: &str = "application/json";

fn lines() -> Vec<Line> {
    let ill_typed = BODY.replace("100.00", "\"1,00\"");
    // As long as `postproof sign` reads; what refuses this refuses what is longer.
    let long = format!("{},\"padding\":\"{}\"}}", &BODY[..BODY.len() - 1], "x".repeat(7 << 20));
    vec![
        Line::post(JSON, BODY, (200, true), (200, true)),
        Line::without_post(Method::GET),
        Line::without_post(Method::PUT),
        Line::without_post(Method::DELETE),
        Line::without_post(Method::OPTIONS),
        Line::post("text/plain", BODY, (200, true), (415, false)),
        Line::post("application/x-www-form-urlencoded", BODY, (200, true), (415, false)),
        Line::post(JSON, "hello", (500, false), (400, false)),
        Line::post(JSON, format!("[{BODY}]"), (500, false), (400, false)),
        Line::post(JSON, &b"{\"event_id\":\"\xff\"}"[..], (500, false), (400, false)),
        Line::post(JSON, BODY.replace("100.00", "NaN"), (500, false), (400, false)),
        Line::post(JSON, ill_typed, (200, true), (200, true)),
        Line::post(JSON, long, (200, true), (413, false)),
    ]
}

/// A request with the signature of its body, under an id of its own.
fn request(outsider: &Outsider, scheme: &str, id: &str, line: &Line) -> RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let signed = headers(outsider, &line.body, &["--scheme", scheme, "--id", id, "--secret-env", "KEY"], SECRET);
    let request = client.request(line.method.clone(), &outsider.url).header("Content-Type", line.kind);
    let request = signed.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(line.body.clone())
}

/// Sends every line, and looks at the answer and at the ledger after each.
async fn judge(outsider: &Outsider, scheme: &str, owed: impl Fn(&Line) -> (u16, bool)) {
    for (place, line) in lines().iter().enumerate() {
        let before = outsider.booked().len();
        let answer = request(outsider, scheme, &format!("msg_{place}"), line).send().await.expect("an answer");
        let booked = outsider.booked().len() > before;
        let shown = String::from_utf8_lossy(&line.body[..line.body.len().min(160)]);
        let got = (answer.status().as_u16(), booked);
        assert_eq!(got, owed(line), "{scheme}: {} {} {shown}\n{}", line.method, line.kind, outsider.log());
    }
}

/// The answers to one postback that comes so often at once.
async fn at_once(outsider: &Outsider, scheme: &str) -> Vec<Value> {
    let line = Line::post(JSON, BODY, (200, true), (200, true));
    let one = request(outsider, scheme, "msg_at_once", &line);
    let mut sent = JoinSet::new();
    for _ in 0..COPIES {
        sent.spawn(one.try_clone().expect("a body that can be sent again").send());
    }
    let mut answers = Vec::new();
    while let Some(answer) = sent.join_next().await {
        let answer = answer.expect("no panic").expect("an answer");
        assert_eq!(answer.status(), 200);
        answers.push(serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn debian_webhook_takes_whatever_is_signed() {
    let webhook = Outsider::webhook().await;
    judge(&webhook, "github", |line| line.webhook).await;
    let before = webhook.booked().len();
    let answers = at_once(&webhook, "github").await;
    assert_eq!(answers, vec![json!({"status": "ok"}); COPIES]);
    assert_eq!(webhook.booked().len() - before, COPIES, "each is executed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_takes_what_is_json_and_takes_it_once() {
    let receiver = Outsider::receiver("standardwebhooks", &[]).await;
    judge(&receiver, "standard-webhooks", |line| line.receiver).await;
    let before = receiver.booked().len();
    let answers = at_once(&receiver, "standard-webhooks").await;
    let news = answers.iter().filter(|answer| answer["idempotent"] == false).count();
    assert_eq!((news, receiver.booked().len() - before), (1, 1), "{answers:?}");
}
