//! postproof against software that nobody here wrote: Debian's webhook, and the Python packages standardwebhooks and
//! svix. What we sign holds there, what we spoil does not, and what they sign holds here. Where they break a rule, that
//! is a finding about them, and it is asserted as it is.

use std::path::{Path, PathBuf};
use std::process::Output;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

mod answers;
mod contract;
mod program;

use program::{Outsider, SECRET, signed_by};

/// The scenarios whose targets are started here.
pub(crate) const SCENARIOS: [&str; 2] = [WEBHOOK_SCENARIO, STANDARD_SCENARIO];

const WEBHOOK_SCENARIO: &str = "debian-webhook.toml";
const STANDARD_SCENARIO: &str = "standard-webhooks.toml";
const LIBRARIES: [&str; 2] = ["standardwebhooks", "svix"];
const OTHER_SECRET: &str = "whsec_YW5vdGhlciBzZWNyZXQ=";
const BODY: &str = r#"{"event":"deposit_success","event_id":"dep_1","click_id":"clk_1","amount":100.00,"currency":"EUR","ts_event":"2026-11-20T09:30:00Z"}"#;

type Headers = Vec<(String, String)>;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", text(&output.stderr)))
}

/// The instant some seconds from now.
#[expect(clippy::disallowed_methods, reason = "a target outside has a clock of its own")]
fn from_now(seconds: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(seconds)
}

/// The headers that `postproof sign` makes for the body.
fn signed(outsider: &Outsider, scheme: &str, secret: &str, at: Timestamp) -> Headers {
    let at = at.to_string();
    headers(outsider, BODY.as_bytes(), &["--scheme", scheme, "--at", &at, "--secret-env", "KEY"], secret)
}

/// What `postproof sign` says with these arguments, and with a secret in the variable KEY.
fn headers(outsider: &Outsider, body: &[u8], args: &[&str], secret: &str) -> Headers {
    let file = outsider.ledger().with_file_name("body");
    std::fs::write(&file, body).expect("written");
    let output = outsider.tool().arg("sign").arg(&file).args(args).env("KEY", secret).output().expect("it runs");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    text(&output.stdout).lines().map(|line| pair(line).expect("a header")).collect()
}

/// Headers with another signature in them, or none.
fn with_signature(headers: &Headers, change: impl Fn(&str) -> Option<String>) -> Headers {
    let is_signature = |name: &str| name.to_ascii_lowercase().contains("signature");
    let changed = headers.iter().filter_map(|(name, value)| {
        let value = if is_signature(name) { change(value)? } else { value.clone() };
        Some((name.clone(), value))
    });
    changed.collect()
}

/// Sends a body; the answer's status and text.
async fn post(outsider: &Outsider, headers: &Headers, body: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut request = client.post(&outsider.url).header("Content-Type", "application/json").body(body.to_owned());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

/// The genuine postback spoilt in one thing: what it is, its headers, its body.
fn spoilt(outsider: &Outsider, scheme: &str) -> Vec<(&'static str, Headers, String)> {
    let genuine = signed(outsider, scheme, SECRET, from_now(0));
    let other = signed(outsider, scheme, OTHER_SECRET, from_now(0));
    let half = with_signature(&genuine, |value| Some(value[..value.len() / 2].to_owned()));
    let tampered = BODY.replace("100.00", "100.01");
    vec![
        ("other secret", other, BODY.to_owned()),
        ("truncated", half, BODY.to_owned()),
        ("tampered", genuine.clone(), tampered),
        ("missing", with_signature(&genuine, |_| None), BODY.to_owned()),
    ]
}

/// `postproof fire`: its exit code and what it says.
fn fire(outsider: &Outsider, scheme: &str, args: &[&str]) -> (i32, String) {
    let mut command = outsider.tool();
    command.args(["fire", "deposit_success", "--amount", "100.00", "--currency", "EUR", "--scheme", scheme]);
    let output = command.args(["--target", &outsider.url]).args(args).output().expect("it runs");
    (code(&output), text(&output.stdout))
}

/// A scenario against a program: the exit code and the report.
fn run(outsider: &Outsider, scenario: &str, read_back: &str) -> (i32, Value) {
    let scenario: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario);
    let mut command = outsider.tool();
    command.arg("run").arg(scenario).args(["--target", &outsider.url, "--read-back", read_back]);
    let output = command.args(["--format", "json", "--seed", "7"]).output().expect("it runs");
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (code(&output), report)
}

/// The ids of the checks with a verdict.
fn ids<'a>(report: &'a Value, verdict: &str) -> Vec<&'a str> {
    let checks = report["checks"].as_array().expect("checks").iter();
    checks.filter(|check| check["verdict"] == verdict).filter_map(|check| check["id"].as_str()).collect()
}

/// What a check says that came back.
fn observed<'a>(report: &'a Value, id: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == id);
    check.and_then(|check| check["observed"].as_str()).unwrap_or_else(|| panic!("no {id}: {report:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn debian_webhook_executes_what_we_sign_and_a_duplicate_twice() {
    let webhook = Outsider::webhook().await;
    for _ in 0..2 {
        let (code, said) = fire(&webhook, "github", &["--event-id", "dep_1"]);
        assert!(code == 0 && said.contains("ok: accepted"), "{code} {said}{}", webhook.log());
    }
    // It keeps no account of what it has seen, and its users find out by their books.
    let booked = webhook.booked();
    assert_eq!(booked.len(), 2, "{booked:?}");
    assert!(booked.iter().all(|credit| credit["event_id"] == "dep_1" && credit["amount"] == "100.00"), "{booked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn debian_webhook_executes_nothing_that_we_spoil_and_says_so_badly() {
    let webhook = Outsider::webhook().await;
    for (what, headers, body) in spoilt(&webhook, "github") {
        // No signature at all is told as a success.
        let expected = match what {
            "missing" => (200, "Hook rules were not satisfied."),
            _ => (500, "Error occurred while evaluating hook rules."),
        };
        let (status, answer) = post(&webhook, &headers, &body).await;
        assert_eq!((status, answer.trim()), expected, "{what}");
    }
    assert_eq!(webhook.booked(), [Value::Null; 0]);
    let genuine = signed(&webhook, "github", SECRET, from_now(0));
    let (status, answer) = post(&webhook, &genuine, BODY).await;
    assert_eq!((status, answer.trim()), (200, r#"{"status":"ok"}"#));
    // GitHub's scheme has no time: what was signed a year ago is executed.
    let old = signed(&webhook, "github", SECRET, from_now(-365 * 86_400));
    assert_eq!(post(&webhook, &old, BODY).await.0, 200);
    assert_eq!(webhook.booked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_webhooks_libraries_accept_what_we_sign_once() {
    for library in LIBRARIES {
        let receiver = Outsider::receiver(library, &[]).await;
        for known in [false, true] {
            let (code, said) = fire(&receiver, "standard-webhooks", &["--event-id", "dep_1"]);
            let verdict = format!("ok: accepted, idempotent: {known}");
            assert!(code == 0 && said.contains(&verdict), "{library}: {code} {said}");
        }
        let booked = receiver.booked();
        assert!(booked.len() == 1 && booked[0]["event_id"] == "dep_1", "{library}: {booked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_webhooks_libraries_refuse_what_we_spoil() {
    for library in LIBRARIES {
        let receiver = Outsider::receiver(library, &[]).await;
        let mut spoilt = spoilt(&receiver, "standard-webhooks");
        for (what, seconds) in [("stale", -310), ("from the future", 310)] {
            let headers = signed(&receiver, "standard-webhooks", SECRET, from_now(seconds));
            spoilt.push((what, headers, BODY.to_owned()));
        }
        for (what, headers, body) in spoilt {
            let (status, answer) = post(&receiver, &headers, &body).await;
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            assert_eq!((status, &answer["error"]), (403, &json!("signature_invalid")), "{library}: {what}");
        }
        assert_eq!(receiver.booked(), [Value::Null; 0], "{library}");
        for seconds in [-280, 280] {
            let headers = signed(&receiver, "standard-webhooks", SECRET, from_now(seconds));
            assert_eq!(post(&receiver, &headers, BODY).await.0, 200, "{library}: {seconds} s");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_catches_what_is_documented_answers_500_to_a_signature_without_version() {
    for library in LIBRARIES {
        for (more, expected) in [(&[][..], 403), (&["--as-documented"][..], 500)] {
            let receiver = Outsider::receiver(library, more).await;
            let genuine = signed(&receiver, "standard-webhooks", SECRET, from_now(0));
            let bare = with_signature(&genuine, |value| value.strip_prefix("v1,").map(str::to_owned));
            assert_eq!(post(&receiver, &bare, BODY).await.0, expected, "{library} {more:?}");
            assert_eq!(receiver.booked(), [Value::Null; 0], "{library}");
        }
    }
}

#[test]
fn what_the_libraries_sign_holds_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let second = from_now(0).as_second();
    let verify = |lines: &[String], body: &str, args: &[&str]| {
        std::fs::write(folder.path().join("body.json"), body).expect("written");
        let mut command = crate::process::postproof(folder.path());
        command.env("POSTPROOF_SECRET", SECRET).args(["sign", "body.json", "--scheme", "standard-webhooks"]).args(args);
        let output = command.args(lines.iter().flat_map(|line| ["--verify", line])).output().expect("it runs");
        (code(&output), text(&output.stdout))
    };
    let other_body = BODY.replace("dep_1", "dep_2");
    for library in LIBRARIES {
        let lines = signed_by(library, SECRET, "msg_1", second, BODY);
        let (code, said) = verify(&lines, BODY, &[]);
        assert!(code == 0 && said.starts_with("the signature holds"), "{library}: {said}");

        let elsewhere: Vec<String> = lines.iter().map(|line| line.replace("msg_1", "msg_2")).collect();
        let wrong = signed_by(library, OTHER_SECRET, "msg_1", second, BODY);
        for (what, lines, body) in [("body", &lines, &*other_body), ("id", &elsewhere, BODY), ("secret", &wrong, BODY)]
        {
            let (code, said) = verify(lines, body, &[]);
            assert!(code == 1 && said.starts_with("refused"), "{library}, other {what}: {said}");
        }

        let old = signed_by(library, SECRET, "msg_1", 1_614_265_330, BODY);
        assert_eq!(verify(&old, BODY, &[]).0, 1, "{library}: years ago");
        assert_eq!(verify(&old, BODY, &["--at", "2021-02-25T15:02:10Z"]).0, 0, "{library}: at its time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_against_debian_webhook_fails_for_what_it_does() {
    let webhook = Outsider::webhook().await;
    let ledger = webhook.ledger();
    let (code, report) = run(&webhook, WEBHOOK_SCENARIO, &ledger.display().to_string());
    assert_eq!((code, &report["verdict"]), (1, &json!("fail")), "{report:#}");
    let failed = ids(&report, "fail");
    // Executed again: whatever reaches it twice.
    for id in ["ledger.double", "fault.duplicate", "fault.concurrent", "forgery.other-amount", "money.bound"] {
        assert!(failed.contains(&id), "{id}: {failed:?}");
    }
    // Answered 500, which senders take for a reason to come again.
    for id in ["forgery.tampered-body", "forgery.wrong-secret", "forgery.truncated-signature"] {
        let observed = observed(&report, id);
        assert!(failed.contains(&id) && observed.contains("answered 500"), "{id}: {observed}");
    }
    // And nothing is held against it that it does right.
    for row in ["lost", "corrupt", "refused", "contradicted", "unexpected"] {
        assert_eq!(report["ledger"][row], 0, "{row}: {report:#}");
    }
    assert_eq!(report["ledger"]["forgeries"]["accepted"], 0, "{report:#}");
    let skipped = ids(&report, "skipped");
    assert!(skipped.contains(&"forgery.stale-signature") && skipped.contains(&"click.redirect"), "{skipped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_against_the_standard_webhooks_libraries_passes() {
    for library in LIBRARIES {
        let receiver = Outsider::receiver(library, &[]).await;
        let credits = receiver.url.replace("/postback", "/credits");
        let (code, report) = run(&receiver, STANDARD_SCENARIO, &credits);
        assert_eq!((code, &report["verdict"]), (0, &json!("pass")), "{library}: {report:#}");
        let passed = ids(&report, "pass");
        for id in ["fault.duplicate", "fault.concurrent", "forgery.wrong-secret", "forgery.stale-signature"] {
            assert!(passed.contains(&id), "{library} {id}: {passed:?}");
        }
    }
}
