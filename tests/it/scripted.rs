//! Targets that are scripted to misbehave in ways that the reference stack does not, and what a run makes of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use postproof::model::Verdict;
use postproof::run::{Fixed, RunError};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{ids, run, run_into, shown};

/// The books of a scripted tracker: bodies by event id.
type Books = Arc<Mutex<HashMap<String, Value>>>;

/// A tracker that believes everything, credits once, and answers as `answer` says (body, known before).
async fn tracker(answer: impl Fn(&Value, bool) -> ResponseTemplate + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    let books: Books = Arc::default();
    let read = Arc::clone(&books);
    Mock::given(method("OPTIONS")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    Mock::given(method("POST"))
        .and(path("/postback"))
        .respond_with(move |request: &Request| {
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            let id = body["event_id"].as_str().expect("an id").to_owned();
            let mut books = books.lock().expect("no panic");
            let known = books.contains_key(&id);
            let response = answer(&body, known);
            books.entry(id).or_insert(body);
            response
        })
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/credits"))
        .respond_with(move |_: &Request| {
            let books = read.lock().expect("no panic");
            ResponseTemplate::new(200).set_body_json(books.values().map(credit).collect::<Vec<_>>())
        })
        .mount(&server)
        .await;
    server
}

pub(crate) fn credit(body: &Value) -> Value {
    let mut credit = json!({"event_id": body["event_id"], "click_id": body["click_id"], "event": body["event"]});
    if let Some(amount) = body.get("amount") {
        let reversal = matches!(body["event"].as_str(), Some("refund" | "chargeback"));
        let text = if reversal { format!("-{amount}") } else { amount.to_string() };
        credit["amount"] = text.into();
        credit["currency"] = body["currency"].clone();
    }
    credit
}

fn ok(known: bool) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "ok", "idempotent": known}))
}

/// The scenario against such a tracker, without clicks and without a token.
fn scenario(server: &MockServer, secret: &tempfile::NamedTempFile, more: &str) -> String {
    format!(
        "[target]\nurl = \"{uri}/postback\"\nsecret_file = \"{}\"\n[read_back]\nurl = \"{uri}/credits\"\nsettle = \"1s\"\n\
         [send]\nattempts = 3\nbackoff_base = \"1ms\"\nbackoff_cap = \"2ms\"\n[journeys]\nplayers = 10\n{more}",
        secret.path().display(),
        uri = server.uri()
    )
}

fn secret() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "secret-of-the-test").expect("written");
    file
}

const NO_FAULTS: &str = "[faults]\nenabled = false\n";
const REPEATS: &str = "[faults]\nat_least = 3\n[faults.rates]\ntampered-body = \"0%\"\nwrong-secret = \"0%\"\nmissing-signature = \"0%\"\n\
     truncated-signature = \"0%\"\nwrong-canonicaliser = \"0%\"\nother-amount = \"0%\"\n";

#[tokio::test]
async fn a_tracker_of_another_make_passes_without_clicks_and_tokens() {
    let (server, secret) = (tracker(|_, known| ok(known)).await, secret());
    let report = run(&scenario(&server, &secret, REPEATS), 1).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let skipped = ids(&report, Verdict::Skipped);
    assert!(skipped.contains(&"click.redirect") && skipped.contains(&"forgery.missing-token"), "{skipped:?}");
}

#[tokio::test]
async fn repeats_answered_with_409_are_a_warning_and_with_422_a_failure() {
    for (status, verdict) in [(409, Verdict::Pass), (422, Verdict::Fail)] {
        let answer = move |_: &Value, known| if known { ResponseTemplate::new(status) } else { ok(false) };
        let (server, secret) = (tracker(answer).await, secret());
        let report = run(&scenario(&server, &secret, REPEATS), 1).await;
        assert_eq!(report.verdict, verdict, "{status}: {}", shown(&report));
        let told = ids(&report, if status == 409 { Verdict::Warn } else { Verdict::Fail });
        assert!(told.contains(&"fault.duplicate"), "{status}: {told:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed_and_fails() {
    let (server, secret) =
        (tracker(|_, _| ResponseTemplate::new(307).insert_header("Location", "/elsewhere")).await, secret());
    let report = run(&scenario(&server, &secret, NO_FAULTS), 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"http.no-redirect"), "{}", shown(&report));
    let asked = server.received_requests().await.expect("recorded");
    assert!(asked.iter().all(|request| request.url.path() != "/elsewhere"));
}

#[tokio::test]
async fn what_is_never_acknowledged_is_recovered_when_booked_and_dead_lettered_when_not() {
    let (server, secret) = (tracker(|_, _| ResponseTemplate::new(500)).await, secret());
    let report = run(&scenario(&server, &secret, NO_FAULTS), 1).await;
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert_eq!((ledger.recovered, ledger.ok), (ledger.events, 0));
    assert_eq!(report.verdict, Verdict::Inconclusive, "no genuine ok: {}", shown(&report));

    let text = scenario(&server, &secret, NO_FAULTS).replace("/credits", "/none");
    Mock::given(path("/none")).respond_with(ResponseTemplate::new(200).set_body_string("[]")).mount(&server).await;
    let out = tempfile::tempdir().expect("a folder");
    let report = run_into(&text, Fixed::default(), out.path()).await.expect("a report").report;
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert_eq!((ledger.dead_lettered, report.verdict), (ledger.events, Verdict::Inconclusive), "{}", shown(&report));
    let dlq = std::fs::read_to_string(out.path().join("dlq.ndjson")).expect("a DLQ");
    assert_eq!(dlq.lines().count() as u64, ledger.events);
    assert!(dlq.contains("\"history\":[\"answered 500\",\"answered 500\",\"answered 500\"]"), "{dlq}");
}

#[tokio::test]
async fn a_target_that_takes_nothing_is_not_tried_for_ever() {
    let (server, secret) = (tracker(|_, _| ResponseTemplate::new(200).set_body_string("OK")).await, secret());
    let text = scenario(&server, &secret, NO_FAULTS)
        .replace("attempts = 3", "attempts = 12")
        .replace("players = 10", "players = 60");
    let report = run(&text, 1).await;
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert!(ledger.attempts < 4 * ledger.events, "{} attempts for {} events", ledger.attempts, ledger.events);
    assert!(report.notes.iter().any(|note| note.contains("accepted nothing")), "{}", shown(&report));
}

#[tokio::test]
async fn repeats_that_fail_for_ever_are_a_failure() {
    let answer = |_: &Value, known| if known { ResponseTemplate::new(500) } else { ok(false) };
    let (server, secret) = (tracker(answer).await, secret());
    let report = run(&scenario(&server, &secret, REPEATS), 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"fault.duplicate"), "{}", shown(&report));
}

#[tokio::test]
async fn a_busy_target_is_waited_for_as_it_asks() {
    let seen: Mutex<HashMap<String, u32>> = Mutex::default();
    let answer = move |body: &Value, known| {
        let mut seen = seen.lock().expect("no panic");
        let times = seen.entry(body["event_id"].to_string()).or_default();
        *times += 1;
        if *times == 1 { ResponseTemplate::new(429).insert_header("Retry-After", "1") } else { ok(known && *times > 2) }
    };
    let (server, secret) = (tracker(answer).await, secret());
    let started = std::time::Instant::now();
    let report = run(&scenario(&server, &secret, "window = \"1m\"\n[send.x]").replace("[send.x]", NO_FAULTS), 1).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    // A journey has at least three events, and each of them had to wait a second.
    assert!(started.elapsed().as_secs() >= 3);
}

#[tokio::test]
async fn without_a_read_back_the_answers_are_the_evidence() {
    let (server, secret) = (tracker(|_, known| ok(known)).await, secret());
    let cut = |text: String| text.replace(&format!("url = \"{}/credits\"\n", server.uri()), "");
    let report = run(&cut(scenario(&server, &secret, REPEATS)), 1).await;
    assert_eq!((report.verdict, report.evidence.as_str()), (Verdict::Pass, "answers only"), "{}", shown(&report));

    let lying = tracker(|_, _| ok(false)).await;
    let text = scenario(&lying, &secret, REPEATS).replace(&format!("url = \"{}/credits\"\n", lying.uri()), "");
    let report = run(&text, 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"ledger.double"), "{}", shown(&report));

    let silent = tracker(|_, _| ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let text = scenario(&silent, &secret, REPEATS).replace(&format!("url = \"{}/credits\"\n", silent.uri()), "");
    assert_eq!(run(&text, 1).await.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn a_read_back_of_garbage_is_inconclusive_and_shown() {
    let (server, secret) = (tracker(|_, known| ok(known)).await, secret());
    Mock::given(path("/garbage"))
        .respond_with(ResponseTemplate::new(200).set_body_string("<html>hello</html>"))
        .mount(&server)
        .await;
    let report = run(&scenario(&server, &secret, NO_FAULTS).replace("/credits", "/garbage"), 1).await;
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert!(report.checks[0].observed.contains("<html>hello</html>"), "{}", shown(&report));
    let posts = server.received_requests().await.expect("recorded");
    assert!(posts.iter().all(|request| request.method.as_str() != "POST"), "nothing was to be fired");
}

#[tokio::test]
async fn a_click_that_does_not_redirect_fails() {
    let (server, secret) = (tracker(|_, known| ok(known)).await, secret());
    Mock::given(path("/click")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let text = scenario(&server, &secret, NO_FAULTS)
        .replace("[read_back]", &format!("click_url = \"{}/click\"\n[read_back]", server.uri()));
    let report = run(&text, 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"click.redirect"), "{}", shown(&report));
}

#[tokio::test]
async fn echoes_of_secrets_and_players_do_not_reach_the_files() {
    let echo = |body: &Value, _| ResponseTemplate::new(500).set_body_string(format!("{body} secret-of-the-test"));
    let (server, secret) = (tracker(echo).await, secret());
    let out = tempfile::tempdir().expect("a folder");
    run_into(&scenario(&server, &secret, ""), Fixed::default(), out.path()).await.expect("a report");
    let mut bytes = 0;
    for entry in std::fs::read_dir(out.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("text");
        bytes += text.len();
        for private in ["secret-of-the-test", "Mozilla", "203.0.113.", "198.51.100.", "192.0.2."] {
            assert!(!text.contains(private), "{private} stands in {}", path.display());
        }
    }
    assert!(bytes > 1000, "the run wrote its files");
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let secret = secret();
    let server = tracker(|_, known| ok(known)).await;
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let speaker = mute.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = mute.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, b"220 mail.example ESMTP\r\n").await;
        }
    });
    let text = scenario(&server, &secret, NO_FAULTS);
    let to = |url: &str| text.replace(&format!("url = \"{}/postback\"", server.uri()), &format!("url = \"{url}\""));
    for (url, undone) in [
        (format!("http://{speaker}/postback"), true),
        ("http://127.0.0.1:1/postback".to_owned(), true),
        ("https://tracker.example/postback".to_owned(), false),
    ] {
        let out = tempfile::tempdir().expect("a folder");
        let error = run_into(&to(&url), Fixed::default(), out.path()).await.err().expect("an error");
        assert_eq!(matches!(error, RunError::Undone { .. }), undone, "{url}: {error}");
        assert!(!out.path().join("report.json").exists(), "no half a report");
    }
}
