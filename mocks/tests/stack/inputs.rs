//! Whatever is sent to `/postback`: an answer that is yes or a 4xx with a reason, never a 5xx, never silence.
//!
//! Inputs begin as sound postbacks and are spoilt in the document, in its bytes, in the headers, or in all of them;
//! most are signed right, so that they get past the signature. `PROPTEST_CASES` sets how many are sent.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::harness::{Running, registration};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// One request, but for what only the running stack knows.
#[derive(Debug, Clone)]
struct Input {
    method: &'static str,
    path: String,
    content_type: Vec<u8>,
    authorization: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    body: Vec<u8>,
}

/// The names and sound values of the members that a postback can have.
const MEMBERS: [(&str, &str); 14] = [
    ("event", r#""deposit_success""#),
    ("event_id", r#""dep_1""#),
    ("click_id", r#""CLICK""#),
    ("ts_event", r#""2025-10-21T12:00:00Z""#),
    ("amount", "25.5"),
    ("currency", r#""EUR""#),
    ("account_id", r#""acc_1""#),
    ("brand_id", r#""aurora""#),
    ("is_ftd", "true"),
    ("commission", "5"),
    ("transaction_id", r#""t_1""#),
    ("attribution", r#""probabilistic""#),
    ("signature", r#""sha256=00""#),
    ("ip", r#""198.51.100.7""#),
];

/// A JSON text, or nearly one.
fn value() -> impl Strategy<Value = String> {
    let text = any::<String>().prop_map(|text| serde_json::Value::from(text).to_string());
    let leaf = prop_oneof![
        select(&["null", "true", "-0", "1e400", "1E-400", "0.1e+7", "00", "+1", "NaN", "12,5", "\"\\ud800\""][..])
            .prop_map(str::to_owned),
        select(
            &["registration", "refund", "JPY", "kyc_approved", "2025-10-21T12:00:00+02:00", "9999-12-31T23:59:60Z"][..]
        )
        .prop_map(|text| format!("{text:?}")),
        any::<i128>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        (0_usize..3000).prop_map(|length| format!("{:?}", "x".repeat(length))),
        (0_usize..300).prop_map(|depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth))),
        text.clone(),
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec((text.clone(), inner), 0..4).prop_map(|members| object(&members)),
        ]
    })
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// A postback with some members left out, some with other values, and some that nobody knows or that come twice.
fn document() -> impl Strategy<Value = Vec<u8>> {
    let member = |(name, sound): (&'static str, &'static str)| {
        let other = value().prop_map(Some);
        prop_oneof![40 => Just(Some(sound.to_owned())), 1 => Just(None), 2 => other]
            .prop_map(move |value| value.map(|value| (format!("{name:?}"), value)))
    };
    let further = (select(MEMBERS.map(|(name, _)| format!("{name:?}")).to_vec()), value());
    let surplus = (any::<String>().prop_map(|name| serde_json::Value::from(name).to_string()), value());
    let more = prop_oneof![6 => Just(vec![]), 1 => vec(further, 1..3), 1 => vec(surplus, 1..20)];
    (MEMBERS.map(member), more, any::<bool>()).prop_map(|(members, more, shuffled)| {
        let mut members: Vec<_> = members.into_iter().flatten().chain(more).collect();
        if shuffled {
            members.reverse();
        }
        object(&members).into_bytes()
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let spoilt = (document(), vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), any::<bool>());
    let spoilt = spoilt.prop_map(|(mut body, places, cut)| {
        for (place, byte) in places {
            let at = place.index(body.len());
            if cut { body.truncate(at.max(1)) } else { body[at] = byte }
        }
        body
    });
    prop_oneof![12 => document(), 2 => spoilt, 1 => vec(any::<u8>(), 0..600), 1 => value().prop_map(String::into_bytes)]
}

/// A header's value that HTTP allows to be sent.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_map(|byte| if byte < 0x20 || byte == 0x7f { b' ' } else { byte });
    prop_oneof![
        vec(byte, 0..80),
        select(
            &["sha256=", "Bearer ", "Bearer a.b.c", "sha256=zz", "text/plain", "application/json; charset=utf-16"][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let sound_or = |sound: &'static str| prop_oneof![12 => Just(sound.as_bytes().to_vec()), 1 => header()];
    let own_or = || prop_oneof![12 => Just(None), 1 => header().prop_map(Some)];
    let method = prop_oneof![12 => Just("POST"), 1 => select(&["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"][..])];
    let path = prop_oneof![
        8 => Just("/postback".to_owned()),
        1 => "/postback/[a-z0-9%]{0,12}",
        1 => Just("/postback?event=refund".to_owned()),
    ];
    (method, path, sound_or("application/json"), own_or(), own_or(), body()).prop_map(
        |(method, path, content_type, authorization, signature, body)| Input {
            method,
            path,
            content_type,
            authorization,
            signature,
            body,
        },
    )
}

/// The way to a running stack: one connection, made anew when it was closed.
struct Way {
    host: String,
    token: String,
    click_id: String,
    stack: Running,
    stream: Option<TcpStream>,
}

impl Way {
    /// Sends a request and gives the status of its answer.
    fn send(&mut self, input: &Input) -> Result<u16, TestCaseError> {
        let body = replaced(&input.body, &self.click_id);
        let bytes = self.bytes(input, &body);
        // A connection that the stack has closed after its last answer is no silence.
        for _ in 0..2 {
            let stream = match self.stream.take() {
                Some(stream) => stream,
                None => TcpStream::connect(&self.host).map_err(|error| TestCaseError::fail(error.to_string()))?,
            };
            if let Some((status, whole)) = exchange(&stream, &bytes) {
                self.stream = whole.then_some(stream);
                return Ok(status);
            }
        }
        Err(TestCaseError::fail("no answer"))
    }

    fn bytes(&self, input: &Input, body: &[u8]) -> Vec<u8> {
        let bearer = format!("Bearer {}", self.token).into_bytes();
        let canonical = serde_json::from_slice::<serde_json::Value>(body)
            .ok()
            .and_then(|mut value| {
                value.as_object_mut().map(|members| members.remove("signature"));
                serde_json_canonicalizer::to_string(&value).ok()
            })
            .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let signature = input.signature.clone().unwrap_or_else(|| self.stack.signature(&canonical).into_bytes());
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", input.method, input.path, self.host).into_bytes();
        let length = body.len().to_string().into_bytes();
        for (name, value) in [
            ("content-type", &input.content_type),
            ("authorization", input.authorization.as_ref().unwrap_or(&bearer)),
            ("x-signature", &signature),
            ("content-length", &length),
        ] {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        bytes
    }
}

/// The body with the click id of the running stack.
fn replaced(body: &[u8], click_id: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"CLICK";
    match body.windows(PLACE.len()).position(|window| window == PLACE) {
        Some(at) => [&body[..at], click_id.as_bytes(), &body[at + PLACE.len()..]].concat(),
        None => body.to_vec(),
    }
}

/// The status of the answer, and whether the connection is good for another request; nothing if it was closed.
fn exchange(mut stream: &TcpStream, bytes: &[u8]) -> Option<(u16, bool)> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(bytes).ok()?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        answer.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, rest)) = text.split_once("\r\n\r\n") else { continue };
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.split_once("content-length: ").map_or(0, |(_, rest)| {
            rest.lines().next().and_then(|length| length.parse::<usize>().ok()).unwrap_or_default()
        });
        let whole = rest.len() >= length && !head.contains("connection: close") && !bytes.starts_with(b"HEAD");
        if rest.len() >= length || bytes.starts_with(b"HEAD") {
            return Some((status, whole));
        }
    }
}

/// Sends so many inputs to a stack with those defects: the way to it, the answers by status, and what was wrong.
async fn tried(defects: &[&str], cases: u32) -> (Way, BTreeMap<u16, u64>, Result<(), String>) {
    let stack = Running::with(defects).await;
    let (click_id, token) = (stack.click().await, stack.token());
    let host = stack.urls.health.trim_start_matches("http://").trim_end_matches("/health").to_owned();
    let way = RefCell::new(Way { host, token, click_id, stack, stream: None });
    let sending = tokio::task::spawn_blocking(move || {
        let counted = RefCell::new(BTreeMap::new());
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let done = runner.run(&input(), |input| {
            let status = way.borrow_mut().send(&input)?;
            *counted.borrow_mut().entry(status).or_default() += 1;
            prop_assert!(status == 200 || (400..500).contains(&status), "{status}");
            Ok(())
        });
        (way.into_inner(), counted.into_inner(), done.map_err(|error| error.to_string()))
    });
    sending.await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_brings_silence_or_a_server_error() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000);
    let (way, counted, done) = tried(&[], cases).await;
    eprintln!("answers by status: {counted:?}");
    assert_eq!(done, Ok(()));
    for status in [200, 400, 401, 405, 409, 415, 422] {
        assert!(counted.contains_key(&status), "the inputs get everywhere: {status} is missing in {counted:?}");
    }
    assert_eq!(way.stack.fire(&registration(&way.click_id, "reg_after_all")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_error_is_seen() {
    let (_, counted, done) = tried(&["server-error-on-bad-input"], 300).await;
    assert!(done.is_err() && counted.contains_key(&500), "{counted:?}");
}
