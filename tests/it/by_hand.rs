//! The tools that fire by hand, as commands: `fire` and `replay`, against the reference stack and against a target that
//! takes everything and remembers the bytes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use postproof::model::Secret;
use postproof::run::Fixed;
use postproof::sign::{self, Delivered, Settings};
use postproof_mocks::Database;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{Served, run_into};

const KEY: &str = "whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3Q=";

/// postproof in a folder of its own, with nothing in the environment but what is given.
struct Tool {
    folder: tempfile::TempDir,
    env: Vec<(&'static str, String)>,
}

impl Tool {
    fn new(env: Vec<(&'static str, String)>) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), env }
    }

    /// With the target and the secret of a server that takes everything.
    fn at(server: &MockServer) -> Self {
        let target = format!("{}/postback", server.uri());
        Self::new(vec![("POSTPROOF_TARGET", target), ("POSTPROOF_SECRET", KEY.to_owned())])
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        Said::of(&self.command(env!("CARGO_BIN_EXE_postproof")).args(args).output().expect("it runs"))
    }
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The value of a line of the table.
    fn value(&self, name: &str) -> &str {
        let line = self.out.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {self:?}")).trim()
    }
}

async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    server
}

fn ok() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "ok", "idempotent": false}))
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.expect("recorded")
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let text = |(name, value): (&wiremock::http::HeaderName, &wiremock::http::HeaderValue)| {
        (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
    };
    request.headers.iter().map(text).collect()
}

/// Whether a request is signed by a scheme, now.
#[expect(clippy::disallowed_methods, reason = "a target outside has a clock of its own")]
fn is_signed(scheme: &str, request: &Request) -> bool {
    let scheme = (sign::find(scheme).expect("a scheme").build)(Settings::default());
    let headers = headers(request);
    let delivered = Delivered { headers: &headers, body: &request.body, now: Timestamp::now() };
    scheme.verify(&Secret::new(KEY), &delivered).is_ok()
}

fn stack(served: &Served) -> Vec<(&'static str, String)> {
    let secret = |name: &str| std::fs::read_to_string(served.secrets.path().join(name)).expect("a secret");
    vec![
        ("POSTPROOF_TARGET", served.urls.target.clone()),
        ("POSTPROOF_CLICK_URL", served.urls.click.clone()),
        ("POSTPROOF_SECRET", secret("hmac")),
        ("POSTPROOF_JWT_SECRET", secret("jwt")),
    ]
}

const EVENTS: [&str; 5] = ["registration", "kyc_approved", "deposit_success", "refund", "chargeback"];

#[tokio::test(flavor = "multi_thread")]
async fn every_event_can_be_fired_at_the_reference_stack() {
    let served = Served::with(&[], Database::Memory).await;
    let tool = Tool::new(stack(&served));
    for event in EVENTS {
        let said = tool.run(&["fire", event]);
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.value("verdict"), "ok: accepted, idempotent: false");
        assert!(said.out.contains("clicked at") && said.value("took").ends_with(" ms"), "{said:?}");
        let again = tool.run(&["fire", event, "--click-id", "clk_unknown"]);
        assert_eq!((again.code, again.value("status")), (1, "422"), "{again:?}");
    }
    let twice = ["fire", "deposit_success", "--event-id", "dep_mine"];
    assert_eq!(tool.run(&twice).code, 0);
    // The same id from another click is another body under a known id.
    assert_ne!(tool.run(&twice).value("verdict"), "ok: accepted, idempotent: false");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_command_works_when_it_is_pasted_and_holds_no_secret() {
    let served = Served::with(&[], Database::Memory).await;
    let tool = Tool::new(stack(&served));
    let clicked = tool.run(&["fire", "registration"]);
    let click = clicked.out.split("click id ").nth(1).expect("a click id").split_whitespace().next().expect("an id");
    let args = ["fire", "deposit_success", "--click-id", click, "--set", "note=it's $HOME", "--dry-run"];
    let dry = tool.run(&args);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert!(dry.out.starts_with("# the token lives for 600 s from now\ncurl "), "{dry:?}");
    for (_, secret) in tool.env.iter().filter(|(name, _)| name.ends_with("SECRET")) {
        assert!(!dry.out.contains(secret.as_str()) && !dry.err.contains(secret.as_str()));
    }
    let pasted = Said::of(&tool.command("sh").args(["-c", &dry.out]).output().expect("a shell"));
    assert!(pasted.out.contains("200 OK") && pasted.out.contains(r#""idempotent":false"#), "{pasted:?}");
    let again = Said::of(&tool.command("sh").args(["-c", &dry.out]).output().expect("a shell"));
    assert!(again.out.contains(r#""idempotent":true"#), "the first one had arrived: {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opaque_token_stays_in_its_variable() {
    let server = server(ok()).await;
    let mut tool = Tool::at(&server);
    tool.env.push(("MY_TOKEN", "opaque-token-of-mine".to_owned()));
    std::fs::write(tool.folder.path().join("mine.toml"), "[target]\nbearer_env = \"MY_TOKEN\"\n").expect("written");
    let dry = tool.run(&["fire", "refund", "--scenario", "mine.toml", "--dry-run"]);
    assert!(dry.code == 0 && !dry.out.contains("opaque-token-of-mine"), "{dry:?}");
    let pasted = Said::of(&tool.command("sh").args(["-c", &dry.out]).output().expect("a shell"));
    assert!(pasted.out.contains("200 OK"), "{pasted:?}");
    let sent = &requests(&server).await[0];
    assert_eq!(sent.headers["authorization"], "Bearer opaque-token-of-mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_sent_as_they_are_given() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let args = [
        "fire",
        "deposit_success",
        "--click-id",
        "clk_1",
        "--event-id",
        "dep_1",
        "--account-id",
        "u_1",
        "--amount",
        "100.00",
        "--currency",
        "JPY",
        "--brand-id",
        "beta",
        "--is-ftd=false",
        "--ts-event",
        "2025-10-21T15:12:31Z",
        "--set",
        "bonus={\"x\": 1e2}",
        "--set",
        "note=two words",
        "--without",
        "payment_method",
    ];
    for scheme in sign::SCHEMES {
        let said = tool.run(&[&args[..], &["--scheme", scheme.name]].concat());
        assert_eq!(said.code, 0, "{}: {said:?}", scheme.name);
        let sent = requests(&server).await.pop().expect("a request");
        assert_eq!(
            String::from_utf8_lossy(&sent.body),
            r#"{"account_id":"u_1","amount":100.00,"bonus":{"x": 1e2},"brand_id":"beta","click_id":"clk_1","currency":"JPY","event":"deposit_success","event_id":"dep_1","is_ftd":false,"note":"two words","ts_event":"2025-10-21T15:12:31Z"}"#
        );
        assert!(is_signed(scheme.name, &sent), "{}", scheme.name);
        assert!(!sent.headers.contains_key("authorization"), "no token key is given");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_become_exit_codes_and_hold_no_secret() {
    for (status, code, word) in
        [(200, 4, "info"), (302, 4, "info"), (403, 1, "fail"), (409, 4, "info"), (503, 4, "info")]
    {
        let server = server(ResponseTemplate::new(status).set_body_string(format!("key {KEY} of 203.0.113.7"))).await;
        let said = Tool::at(&server).run(&["fire", "registration"]);
        assert_eq!(said.code, code, "{status}: {said:?}");
        assert!(said.value("verdict").starts_with(word), "{said:?}");
        assert_eq!(said.value("answer"), "key … of …");
        assert!(!said.out.contains(KEY));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fired_says_why() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let bare = Tool::new(Vec::new());
    let no_secret = Tool::new(vec![("POSTPROOF_TARGET", server.uri())]);
    for (tool, args, code, told) in [
        (&bare, &["fire", "refund"][..], 2, "postproof serve"),
        (&no_secret, &["fire", "refund"], 2, "POSTPROOF_SECRET"),
        (&tool, &["fire", "deposit"], 2, "deposit_success"),
        (&tool, &["fire", "refund", "--amount", "1,000"], 2, "no JSON number"),
        (&tool, &["fire", "refund", "--set", "amount"], 2, "NAME=VALUE"),
        (&tool, &["fire", "refund", "--without", "ip"], 2, "no member `ip`"),
        (&tool, &["fire", "refund", "--scheme", "gitlab"], 2, "standard-webhooks"),
        (
            &tool,
            &["fire", "refund", "--scheme", "standard-webhooks", "--event-id", "a b"],
            2,
            "cannot stand in a header",
        ),
        (&tool, &["fire", "refund", "--target", "https://tracker.example/p"], 2, "--allow-host tracker.example"),
        (&tool, &["fire", "refund", "--target", "https://tracker.example/p", "--dry-run"], 2, "--allow-host"),
        (&tool, &["fire", "refund", "--target", "http://127.0.0.1:1/p"], 3, "cannot be reached"),
        (&tool, &["fire", "refund", "--click-url", "http://127.0.0.1:1/click"], 3, "gave no click id"),
        (&tool, &["fire", "refund", "--scenario", "none.toml"], 2, "none.toml"),
        (&tool, &["replay", "none.json"], 2, "no file none.json"),
        (&tool, &["replay", "dep_1"], 2, "0 runs looked through"),
        (&tool, &["replay", "dep_1", "--run", "nowhere"], 2, "nowhere/dlq.ndjson"),
        (&tool, &["replay", "dep_1", "--same-id", "--verbatim"], 2, "--same-id"),
        (&bare, &["replay", "."], 2, "."),
    ] {
        let said = tool.run(args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        assert!(said.err.contains(told), "{args:?}: {said:?}");
    }
    assert!(requests(&server).await.is_empty(), "nothing was fired");
}

/// A run whose postbacks were all given up: its folder, as a run leaves it, and its dead letters.
async fn given_up(folder: &Path) -> (PathBuf, Vec<Value>) {
    let server = MockServer::start().await;
    Mock::given(method("OPTIONS")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let secret = folder.join("key");
    std::fs::write(&secret, KEY).expect("written");
    let text = format!(
        "[target]\nurl = \"{}/p\"\nsecret_file = \"{}\"\n[journeys]\nplayers = 2\n[faults]\nenabled = false\n\
         [send]\nattempts = 1\n",
        server.uri(),
        secret.display()
    );
    let out = folder.join("reports/out/20260101T000000Z-aaaa");
    run_into(&text, Fixed { seed: Some(7), ..Fixed::default() }, &out).await.expect("a report");
    let text = std::fs::read_to_string(out.join("dlq.ndjson")).expect("a DLQ");
    let letters = text.lines().map(|line| serde_json::from_str(line).expect("a letter")).collect();
    (out, letters)
}

fn letter<'a>(letters: &'a [Value], event: &str) -> (&'a str, &'a str) {
    let letter = letters.iter().find(|letter| letter["event"] == event).expect(event);
    (letter["event_id"].as_str().expect("an id"), letter["body"].as_str().expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_sent_again_as_a_new_event_or_as_the_same() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let (_, letters) = given_up(tool.folder.path()).await;
    let (id, body) = letter(&letters, "deposit_success");

    let said = tool.run(&["replay", id]);
    assert_eq!(said.code, 0, "{said:?}");
    let fresh = said.value("event_id").to_owned();
    assert!(fresh != id && fresh.starts_with("dep_"), "{said:?}");
    assert!(said.out.contains(&format!("event_id is {fresh} instead of {id}")), "{said:?}");
    let sent = requests(&server).await.pop().expect("a request");
    assert_eq!(String::from_utf8_lossy(&sent.body), body.replace(id, &fresh), "nothing else is another");
    assert!(is_signed("s2s-json", &sent));

    let said = tool.run(&["replay", id, "--same-id", "--scheme", "stripe"]);
    assert_eq!((said.code, said.value("event_id")), (0, id), "{said:?}");
    let sent = requests(&server).await.pop().expect("a request");
    assert_eq!(String::from_utf8_lossy(&sent.body), body);
    assert!(is_signed("stripe", &sent));

    let dry = tool.run(&["replay", id, "--dry-run"]);
    assert!(dry.code == 0 && dry.out.starts_with("curl ") && dry.err.contains("replays "), "{dry:?}");
    assert_eq!(requests(&server).await.len(), 2, "a dry run sends nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn verbatim_sends_what_was_recorded_or_says_what_is_blotted_out() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let (run, letters) = given_up(tool.folder.path()).await;
    let (id, body) = letter(&letters, "kyc_approved");
    let said = tool.run(&["replay", id, "--verbatim"]);
    assert_eq!(said.code, 0, "{said:?}");
    let sent = requests(&server).await.pop().expect("a request");
    assert_eq!(String::from_utf8_lossy(&sent.body), body);
    let recorded = letters.iter().find(|letter| letter["event_id"] == id).expect("a letter");
    assert_eq!(sent.headers["x-signature"], recorded["headers"][0][1].as_str().expect("a signature"));
    assert!(!said.out.contains("does not hold"), "{said:?}");
    let other = tool.run(&["replay", id, "--verbatim", "--scheme", "github"]);
    assert!(other.out.contains("does not hold"), "{other:?}");

    let (id, _) = letter(&letters, "registration");
    let before = requests(&server).await.len();
    let said = tool.run(&["replay", id, "--verbatim", "--run", run.to_str().expect("a path")]);
    assert!(said.code == 2 && said.err.contains("blotted out ip and ua"), "{said:?}");
    assert_eq!(requests(&server).await.len(), before);
    let said = tool.run(&["replay", id, "--same-id"]);
    assert!(said.code == 0 && said.out.contains("`ip` is \"192.0.2.1\""), "{said:?}");
    let sent: Value = serde_json::from_slice(&requests(&server).await.pop().expect("a request").body).expect("JSON");
    assert_eq!((sent["ip"].as_str(), sent["ua"].as_str()), (Some("192.0.2.1"), Some("postproof replay")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_run_that_has_an_id_is_taken_and_a_whole_dlq_goes_in_order() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let (run, letters) = given_up(tool.folder.path()).await;
    for (name, note) in [("20250101T000000Z-zzzz", "older"), ("20260202T000000Z-bbbb", "newer")] {
        let folder = run.with_file_name(name);
        std::fs::create_dir(&folder).expect("a folder");
        let line = json!({"event_id": "dep_x", "click_id": "clk_x", "event": "deposit_success", "reason": "answered 500",
            "history": [], "headers": [], "body": format!("{{\"event_id\":\"dep_x\",\"note\":\"{note}\"}}")});
        std::fs::write(folder.join("dlq.ndjson"), format!("{line}\n")).expect("written");
    }
    let said = tool.run(&["replay", "dep_x", "--same-id"]);
    assert!(said.code == 0 && said.out.contains("20260202T000000Z-bbbb"), "{said:?}");
    let sent = requests(&server).await.pop().expect("a request");
    assert_eq!(String::from_utf8_lossy(&sent.body), r#"{"event_id":"dep_x","note":"newer"}"#);

    let before = requests(&server).await.len();
    let all = run.join("dlq.ndjson");
    let said = tool.run(&["replay", all.to_str().expect("a path"), "--same-id"]);
    let total = format!("{} accepted, 0 refused, 0 nobody knows", letters.len());
    assert!(said.code == 0 && said.out.contains(&total), "{said:?}");
    let ids: Vec<Value> = requests(&server).await[before..]
        .iter()
        .map(|request| serde_json::from_slice::<Value>(&request.body).expect("JSON")["event_id"].clone())
        .collect();
    assert_eq!(ids, letters.iter().map(|letter| letter["event_id"].clone()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_a_file_is_signed_as_it_is() {
    let server = server(ok()).await;
    let tool = Tool::at(&server);
    let text = "{ \"event\": \"refund\",\n  \"event_id\": \"ref_1\", \"amount\": 5.00 }\n";
    let path = tool.folder.path().join("body.json");
    std::fs::write(&path, text).expect("written");
    let said = tool.run(&["replay", "body.json", "--same-id", "--scheme", "github"]);
    assert_eq!(said.code, 0, "{said:?}");
    let sent = requests(&server).await.pop().expect("a request");
    assert_eq!(String::from_utf8_lossy(&sent.body), text, "byte for byte");
    assert!(is_signed("github", &sent));

    assert_eq!(tool.run(&["replay", "body.json"]).code, 0);
    let sent = requests(&server).await.pop().expect("a request");
    let body = String::from_utf8_lossy(&sent.body).into_owned();
    assert!(body.starts_with("{\"amount\":5.00,\"event\":\"refund\",\"event_id\":\"ref_"), "{body}");

    let said = tool.run(&["replay", "body.json", "--verbatim"]);
    assert!(said.code == 2 && said.err.contains("--same-id"), "{said:?}");
    for (bad, told) in [("event=refund", "not JSON"), ("[1]", "not a JSON object"), ("{\"a\":1,\"a\":2}", "twice")] {
        std::fs::write(&path, bad).expect("written");
        let said = tool.run(&["replay", "body.json", "--same-id"]);
        assert!(said.code == 2 && said.err.contains(told), "{bad}: {said:?}");
    }
}
