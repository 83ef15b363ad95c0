//! `postproof sign`, `list` and `schema --payload` as commands.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

const KEY: &str = "postback-test-secret";

/// Runs postproof with a text on stdin; gives the exit code, stdout and stderr.
fn run(args: &[&str], stdin: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_postproof"))
        .args(args)
        .env_clear()
        .env("POSTPROOF_SECRET", KEY)
        .env("OTHER", "It's a Secret to Everybody")
        .env("WITH_LINE_END", format!("{KEY}\n"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A command that stops at its arguments reads nothing.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

const DEPOSIT: &str = r#"{ "event":"deposit_success","event_id":"dep_9aa", "click_id":"clk_123","account_id":"u_456", "amount":100.00,"currency":"USD","is_ftd":true, "ts_event":"2025-10-21T15:12:31Z" }"#;

#[test]
fn a_body_is_signed_as_others_have_it() {
    for (form, digest) in [
        ("jcs", "689481a85415d2d73174538bc35e0d9245bcc6f51672e0b3e6f8c52b786029e9"),
        ("sorted", "f59d6edf1c8e7970b9e48795ea8178000cbff74ab0b3e1d18aabcde069b02c85"),
        ("raw", "fb1f1b84cc6d3d34f783121d8b33d5916d0d0143ebe04e4c06d623c429a42aa5"),
    ] {
        let signed = run(&["sign", "--canonical", form], DEPOSIT);
        assert_eq!(signed, (0, format!("X-Signature: sha256={digest}\n"), String::new()));
    }
    let (code, out, _) = run(&["sign", "--scheme", "github", "--secret-env", "OTHER"], "Hello, World!");
    let owed = "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\n";
    assert_eq!((code, out.as_str()), (0, owed));
    let (_, out, _) = run(&["sign", "--member", "signature"], r#"{"a":1}"#);
    assert!(out.starts_with(r#"{"a":1,"signature":"sha256="#), "{out}");
}

#[test]
fn the_hashed_bytes_are_shown_exactly() {
    let (_, out, _) = run(&["sign", "-v"], "{ \"b\":1, \"a\":100.00 }\n");
    let digest = "81a0bf9a579627f6019272b36890081c3a18ca603771cb3fbc431e24ff081718";
    assert!(out.ends_with(&format!("15 bytes, SHA-256 {digest}\n{{\"a\":100,\"b\":1}}\n")), "{out}");
    let args = ["sign", "--scheme", "slack", "--at", "2026-01-01T00:00:00Z", "--show-canonical"];
    let (_, out, _) = run(&args, "{}");
    assert!(out.contains("X-Slack-Request-Timestamp: 1767225600\n") && out.ends_with("\nv0:1767225600:{}\n"), "{out}");
}

#[test]
fn a_signature_is_checked_and_what_is_wrong_is_said() {
    let (_, header, _) = run(&["sign"], DEPOSIT);
    let header = header.trim();
    let (code, out, _) = run(&["sign", "--verify", header], DEPOSIT);
    assert!(code == 0 && out.starts_with("the signature holds"), "{out}");
    for (args, told) in [
        (&["--verify", header, "--canonical", "raw"][..], "it holds over another form, RFC 8785 (jcs)"),
        (&["--verify", header, "--secret-env", "WITH_LINE_END"], "without the blank or line end"),
        (&["--verify", header, "--secret-env", "OTHER"], "signature does not match"),
        (&["--verify", header, "--verify", header], "more than once"),
        (&["--verify", "X-Other: 1"], "header X-Signature is missing"),
        (&["--verify", "X-Signature: sha256=AB"], "malformed: expected sha256=<64 lower-case"),
    ] {
        let (code, out, _) = run(&[&["sign"], args].concat(), DEPOSIT);
        assert!(code == 1 && out.starts_with("refused: ") && out.contains(told), "{args:?}: {out}");
    }
    let stripe = ["sign", "--scheme", "stripe"];
    let (_, header, _) = run(&[&stripe[..], &["--at", "2026-01-01T00:00:00Z"]].concat(), DEPOSIT);
    let check = |at: &str| run(&[&stripe[..], &["--verify", header.trim(), "--at", at]].concat(), DEPOSIT);
    assert_eq!(check("2026-01-01T00:05:00Z").0, 0);
    let (code, out, _) = check("2026-01-01T00:05:01Z");
    assert!(code == 1 && out.contains("signed 301 s ago, and 300 s is the limit"), "{out}");
}

#[test]
fn what_cannot_be_signed_says_why() {
    for (args, stdin, told) in [
        (&["sign", "--secret-env", "NOT_THERE"][..], "{}", "NOT_THERE"),
        (&["sign", "not/there.json"], "", "not/there.json cannot be read"),
        (&["sign"], "event=refund", "not JSON"),
        (&["sign"], "{\"a\":1,\"a\":2}", "stands twice"),
        (&["sign", "--member", "m"], "[]", "not a JSON object"),
        (&["sign", "--scheme", "gitlab"], "{}", "standard-webhooks"),
        (&["sign", "--scheme", "github", "--canonical", "raw"], "{}", "leaves no choice"),
        (&["sign", "--canonical", "jsc"], "{}", "\"sorted\""),
        (&["sign", "--scheme", "standard-webhooks"], "{\"event_id\":\"e\"}", "whsec_<base64>"),
        (&["sign", "--verify", "no colon"], "{}", "Header-Name: value"),
        (&["sign", "--at", "yesterday"], "{}", "--at"),
    ] {
        let (code, out, err) = run(args, stdin);
        assert!(code == 2 && err.contains(told) && out.is_empty(), "{args:?}: {code} {out}{err}");
        assert!(!err.contains(KEY), "{err}");
    }
    let (code, _, err) = run(&["sign", "--scheme", "slack", "--at", "1960-01-01T00:00:00Z"], "{}");
    assert!(code == 2 && err.contains("before 1970"), "{err}");
}

#[test]
fn currencies_and_events_are_listed_with_what_belongs_to_them() {
    let list = |what: &str| run(&["list", what], "").1;
    let row = |text: &str, name: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    let currencies = list("currencies");
    assert_eq!(row(&currencies, "KWD"), ["KWD", "3", "Kuwaiti Dinar"]);
    assert!(currencies.lines().count() > 150);
    let events = list("events");
    assert_eq!(row(&events, "refund"), ["refund", "s2s-json: amount, click_id, currency, event, event_id, ts_event"]);
    assert_eq!(row(&events, "registration")[1], "s2s-json: click_id, event, event_id, ts_event");
    let schemes = list("schemes");
    for name in ["s2s-json", "github", "stripe", "standard-webhooks", "slack", "shopify"] {
        assert!(row(&schemes, name).len() == 2, "{schemes}");
    }
}

#[test]
fn the_payload_schema_of_every_event_is_printed() {
    for event in ["registration", "kyc_approved", "deposit_success", "refund", "chargeback"] {
        let (code, out, _) = run(&["schema", "--payload", event], "");
        let schema: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, schema["properties"]["event"]["const"].as_str()), (0, Some(event)));
        assert!(schema["x-signed-example"]["body"].as_str().is_some_and(|body| body.contains(event)));
    }
    for (args, told) in [
        (&["schema", "--payload", "deposit"][..], "deposit_success"),
        (&["schema", "report", "--payload", "refund"], "--payload"),
        (&["schema", "--payload", "refund", "--profile", "none"], "no profile none"),
    ] {
        let (code, _, err) = run(args, "");
        assert!(code == 2 && err.contains(told), "{args:?}: {err}");
    }
}
