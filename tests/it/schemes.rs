//! Runs under each signature scheme, against a tracker that reads the headers in its own way: what it is sent is signed
//! for the attempt, what is forged is bad, and what a scheme cannot have is left out and said.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use postproof::model::Verdict;
use postproof::report::RunReport;
use serde_json::{Value, json};
use sha2::Sha256;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{ids, run, shown};

/// The bytes of the key; Standard Webhooks is given them in base64.
const KEY: &[u8] = b"a secret of the test";

/// How a tracker takes a postback: with which signature, and how it answers an event that it has seen so often.
#[derive(Clone, Copy)]
struct Reception {
    scheme: &'static str,
    /// Whether it looks at the time.
    windowed: bool,
    /// Whether each event is turned away once, with a wait of a second.
    busy: bool,
}

fn header(request: &Request, name: &str) -> Option<String> {
    let mut values = request.headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.to_owned();
    values.next().is_none().then_some(value)
}

fn mac(parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("a key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// The signature that a request should carry beside the one that it does, and the time that it names.
fn owed(scheme: &str, request: &Request) -> Option<(String, String, Option<String>)> {
    let body = request.body.as_slice();
    let event: Value = serde_json::from_slice(body).ok()?;
    let named = |name: &str| header(request, name);
    Some(match scheme {
        "github" => (named("X-Hub-Signature-256")?, format!("sha256={}", hex::encode(mac(&[body]))), None),
        "shopify" => (named("X-Shopify-Hmac-SHA256")?, STANDARD.encode(mac(&[body])), None),
        "stripe" => {
            let given = named("Stripe-Signature")?;
            let time = given.strip_prefix("t=")?.split(',').next()?.to_owned();
            let digest = hex::encode(mac(&[time.as_bytes(), b".", body]));
            (given, format!("t={time},v1={digest}"), Some(time))
        }
        "slack" => {
            let time = named("X-Slack-Request-Timestamp")?;
            let digest = hex::encode(mac(&[b"v0:", time.as_bytes(), b":", body]));
            (named("X-Slack-Signature")?, format!("v0={digest}"), Some(time))
        }
        _ => {
            let (id, time) = (named("webhook-id")?, named("webhook-timestamp")?);
            let digest = STANDARD.encode(mac(&[id.as_bytes(), b".", time.as_bytes(), b".", body]));
            assert_eq!(event["event_id"], id.as_str(), "the message's id is the event's");
            (named("webhook-signature")?, format!("v1,{digest}"), Some(time))
        }
    })
}

fn refusal(reception: Reception, request: &Request) -> Option<ResponseTemplate> {
    let refused = |why: &str| Some(ResponseTemplate::new(403).set_body_json(json!({"error": why})));
    let Some((given, owed, time)) = owed(reception.scheme, request) else { return refused("no signature") };
    if given != owed {
        return refused("signature_invalid");
    }
    #[expect(clippy::disallowed_methods, reason = "a target outside has a clock of its own")]
    let now = Timestamp::now().as_second();
    match time.map(|time| time.parse::<i64>()) {
        Some(Ok(time)) if reception.windowed && (now - time).abs() > 300 => refused("too old"),
        Some(Err(_)) => refused("no time"),
        _ => None,
    }
}

fn credit(body: &Value) -> Value {
    let mut credit = json!({"event_id": body["event_id"], "click_id": body["click_id"], "event": body["event"]});
    if let Some(amount) = body.get("amount") {
        let reversal = matches!(body["event"].as_str(), Some("refund" | "chargeback"));
        credit["amount"] = if reversal { format!("-{amount}") } else { amount.to_string() }.into();
        credit["currency"] = body["currency"].clone();
    }
    credit
}

/// What a tracker holds: credits by event id, and how often each id came.
#[derive(Default)]
struct Books {
    credits: HashMap<String, Value>,
    arrivals: HashMap<String, u32>,
}

async fn tracker(reception: Reception) -> MockServer {
    let server = MockServer::start().await;
    let books: Arc<Mutex<Books>> = Arc::default();
    let read = Arc::clone(&books);
    Mock::given(method("OPTIONS")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let take = move |request: &Request| {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let id = body["event_id"].as_str().expect("an id").to_owned();
        let mut books = books.lock().expect("no panic");
        let arrivals = books.arrivals.entry(id.clone()).or_default();
        *arrivals += 1;
        if reception.busy && *arrivals == 1 {
            return ResponseTemplate::new(429).insert_header("Retry-After", "1");
        }
        if let Some(refusal) = refusal(reception, request) {
            return refusal;
        }
        let known = books.credits.contains_key(&id);
        books.credits.entry(id).or_insert_with(|| credit(&body));
        ResponseTemplate::new(200).set_body_json(json!({"status": "ok", "idempotent": known}))
    };
    Mock::given(method("POST")).and(path("/postback")).respond_with(take).mount(&server).await;
    let answer = move |_: &Request| {
        let books = read.lock().expect("no panic");
        ResponseTemplate::new(200).set_body_json(books.credits.values().collect::<Vec<_>>())
    };
    Mock::given(method("GET")).and(path("/credits")).respond_with(answer).mount(&server).await;
    server
}

/// A run of some players against such a tracker.
async fn judged(server: &MockServer, scheme: &str, key: &[u8], more: &str) -> RunReport {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), key).expect("written");
    let text = format!(
        "[signature]\nscheme = \"{scheme}\"\n[target]\nurl = \"{uri}/postback\"\nsecret_file = \"{}\"\n\
         [read_back]\nurl = \"{uri}/credits\"\nsettle = \"2s\"\n[journeys]\nplayers = 8\n{more}",
        secret.path().display(),
        uri = server.uri(),
    );
    run(&text, 7).await
}

fn key(scheme: &str) -> Vec<u8> {
    match scheme {
        "standard-webhooks" => format!("whsec_{}", STANDARD.encode(KEY)).into_bytes(),
        _ => KEY.to_vec(),
    }
}

const SCHEMES: [(&str, bool); 5] =
    [("github", false), ("stripe", true), ("standard-webhooks", true), ("slack", true), ("shopify", false)];

#[tokio::test(flavor = "multi_thread")]
async fn a_run_passes_under_every_scheme_and_says_what_was_left_out() {
    for (scheme, windowed) in SCHEMES {
        let server = tracker(Reception { scheme, windowed, busy: false }).await;
        let report = judged(&server, scheme, &key(scheme), "").await;
        assert_eq!(report.verdict, Verdict::Pass, "{scheme}: {}", shown(&report));
        let (skipped, passed) = (ids(&report, Verdict::Skipped), ids(&report, Verdict::Pass));
        assert!(skipped.contains(&"forgery.wrong-canonicaliser"), "{scheme}: {skipped:?}");
        let stale = if windowed { &passed } else { &skipped };
        assert!(stale.contains(&"forgery.stale-signature"), "{scheme}: {stale:?}");
        for kind in ["tampered-body", "wrong-secret", "missing-signature", "truncated-signature"] {
            assert!(passed.contains(&format!("forgery.{kind}").as_str()), "{scheme} {kind}: {}", shown(&report));
        }
        assert!(report.signing.contains("exact bytes"), "{}", report.signing);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_looks_at_no_time_takes_what_is_stale() {
    for scheme in ["stripe", "standard-webhooks", "slack"] {
        let server = tracker(Reception { scheme, windowed: false, busy: false }).await;
        let report = judged(&server, scheme, &key(scheme), "").await;
        let failed = ids(&report, Verdict::Fail);
        assert!(failed.contains(&"forgery.stale-signature"), "{scheme}: {}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_was_asked_for_and_makes_no_sense_leaves_the_run_inconclusive() {
    for (scheme, windowed, kind) in [("github", false, "stale-signature"), ("slack", true, "wrong-canonicaliser")] {
        let server = tracker(Reception { scheme, windowed, busy: false }).await;
        let more = format!("[faults.rates]\n{kind} = \"10%\"\n");
        let report = judged(&server, scheme, &key(scheme), &more).await;
        assert_eq!(report.verdict, Verdict::Inconclusive, "{scheme}: {}", shown(&report));
        let told = ids(&report, Verdict::Inconclusive);
        assert_eq!(told, [format!("forgery.{kind}")], "{scheme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_attempt_is_signed_for_its_own_time_and_keeps_its_id() {
    let scheme = "standard-webhooks";
    let server = tracker(Reception { scheme, windowed: true, busy: true }).await;
    let report = judged(&server, scheme, &key(scheme), "[faults]\nenabled = false\n").await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let mut times: HashMap<String, HashSet<String>> = HashMap::new();
    for request in server.received_requests().await.expect("recorded") {
        if let (Some(id), Some(time)) = (header(&request, "webhook-id"), header(&request, "webhook-timestamp")) {
            times.entry(id).or_default().insert(time);
        }
    }
    assert!(times.len() >= 24, "{}", times.len());
    // The second attempt came at least a second after the first.
    assert!(times.values().all(|times| times.len() == 2), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_no_key_of_the_scheme_is_told_before_anything_is_fired() {
    let scheme = "standard-webhooks";
    let server = tracker(Reception { scheme, windowed: true, busy: false }).await;
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), "not base64!").expect("written");
    let text = format!(
        "signature.scheme = \"{scheme}\"\n[target]\nurl = \"{}/postback\"\nsecret_file = \"{}\"\n",
        server.uri(),
        secret.path().display()
    );
    let out = tempfile::tempdir().expect("a folder");
    let error = crate::harness::run_into(&text, postproof::run::Fixed::default(), out.path()).await.err();
    let told = error.expect("an error").to_string();
    assert!(told.contains("whsec_") && !told.contains("not base64!"), "{told}");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_stack_inside_the_process_takes_its_own_scheme_only() {
    let out = tempfile::tempdir().expect("a folder");
    let text = "signature.scheme = \"github\"";
    let ended = crate::harness::run_into(text, postproof::run::Fixed::default(), out.path()).await;
    assert!(matches!(ended.err(), Some(postproof::run::RunError::Usage { .. })));
}
