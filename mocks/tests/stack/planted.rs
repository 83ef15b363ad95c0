//! What each defect of reception changes about one request: tables of requests, with what a sound stack makes of them
//! and what a stack with the defect does. Those that need another setting or more than a request stand below.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, encode};
use postproof_mocks::{Config, Defect, Dialect, TrackerSettings};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha512;

use crate::harness::{Answer, Running, answer, deposit, registration, with};

/// A defect, the request that shows it, and its status at a sound stack and at one with the defect.
type Row = (&'static str, fn(&Running, &str) -> RequestBuilder, u16, u16);

/// Bad requests that are taken. One that is refused credits nothing, one that is taken is booked.
const TAKEN: [Row; 23] = [
    ("any-digest", |stack, click| signed_by::<Hmac<Sha1>>(stack, click, "sha1="), 403, 200),
    ("digest-by-length", |stack, click| signed_by::<Hmac<Sha512>>(stack, click, "sha256="), 403, 200),
    ("short-signatures", |stack, click| signed_so(stack, click, |signature| signature[..9].to_owned()), 403, 200),
    ("bare-signatures-taken", |stack, click| signed_so(stack, click, |signature| signature[7..].to_owned()), 403, 200),
    ("alg-none-taken", |stack, click| with_token(stack, click, &unsigned()), 401, 200),
    ("lifetime-unchecked", |stack, click| minted(stack, click, &json!({"iat": now(), "exp": now() + 3600})), 401, 200),
    ("text-exp-taken", |stack, click| minted(stack, click, &json!({"iat": now(), "exp": "2099"})), 401, 200),
    (
        "not-yet-valid-taken",
        |stack, click| minted(stack, click, &json!({"iat": now(), "exp": now() + 600, "nbf": now() + 300})),
        401,
        200,
    ),
    ("text-amounts-taken", |stack, click| money(stack, click, json!({"amount": "1,000"})), 422, 200),
    ("negative-amounts-taken", |stack, click| money(stack, click, json!({"amount": -5.5})), 422, 200),
    ("zero-deposit-taken", |stack, click| money(stack, click, json!({"amount": 0})), 422, 200),
    ("any-currency-taken", |stack, click| money(stack, click, json!({"currency": "usd"})), 422, 200),
    (
        "excess-decimals-taken",
        |stack, click| money(stack, click, json!({"amount": 100.5, "currency": "JPY"})),
        422,
        200,
    ),
    ("zones-ignored", |stack, click| money(stack, click, json!({"ts_event": "2025-10-21T14:54:12-03:00"})), 422, 200),
    ("future-times-taken", |stack, click| money(stack, click, json!({"ts_event": "2100-01-01T00:00:00Z"})), 422, 200),
    ("unknown-event-taken", |stack, click| money(stack, click, json!({"event": "login"})), 422, 200),
    ("null-ids-taken", |stack, click| money(stack, click, json!({"event_id": null})), 422, 200),
    (
        "last-key-wins",
        |stack, click| spelt(stack, &deposit(click, "dep_1", 25), |text| text.replacen('{', "{\"amount\":1,", 1)),
        400,
        200,
    ),
    ("content-type-ignored", |stack, click| sent_as(stack, click, &Method::POST, "text/plain"), 415, 200),
    ("any-method-taken", |stack, click| sent_as(stack, click, &Method::PUT, "application/json"), 405, 200),
    ("any-size-taken", |stack, click| money(stack, click, json!({"note": "x".repeat(2 << 20)})), 413, 200),
    ("keyed-by-type", |stack, click| fired_before(stack, click, &json!({"event": "kyc_approved"})), 409, 200),
    ("unknown-click-taken", |stack, _| fire(stack, &registration("clk_nobody", "reg_1")), 422, 200),
];

/// Sound requests that are refused.
const REFUSED: [Row; 5] = [
    (
        "raw-signature",
        |stack, click| spelt(stack, &registration(click, "reg_1"), |text| text.replacen('{', "{ ", 1)),
        200,
        403,
    ),
    ("extra-members-refused", |stack, click| money(stack, click, json!({"loyalty_tier": "gold"})), 200, 422),
    ("non-ascii-escaped", |stack, click| money(stack, click, json!({"campaign": "verão"})), 200, 403),
    ("early-deposit-refused", |stack, click| money(stack, click, json!({})), 200, 422),
    ("ids-cut", |stack, click| fired_before(stack, click, &json!({"event_id": format!("{KNOWN_ID}d")})), 200, 409),
];

/// A defect, the deposit that shows it, the member of the credit to look at, and what stands there without and with it.
type Booked = (&'static str, fn(&Running, &str) -> RequestBuilder, &'static str, &'static str, &'static str);

/// Sound requests that are booked wrongly.
const BOOKED: [Booked; 5] = [
    (
        "non-ascii-mangled",
        |stack, click| money(stack, click, json!({"brand_id": "São Paulo"})),
        "brand_id",
        "\"São Paulo\"",
        "\"S?o Paulo\"",
    ),
    (
        "thousandths-rounded",
        |stack, click| money(stack, click, json!({"amount": 12.347, "currency": "KWD"})),
        "amount",
        "12.347",
        "12.35",
    ),
    (
        "exponents-misread",
        |stack, click| spelt(stack, &deposit(click, "dep_1", 100), |text| text.replace(":100,", ":1e2,")),
        "amount",
        "100.0",
        "1.0",
    ),
    (
        "minimum-ignored",
        |stack, click| money(stack, click, json!({"amount": 5, "is_ftd": true})),
        "is_ftd",
        "false",
        "true",
    ),
    (
        "second-ftd-counted",
        |stack, click| fired_before(stack, click, &json!({"event_id": "dep_2", "is_ftd": true})),
        "is_ftd",
        "false",
        "true",
    ),
];

/// The id of the event that comes before some of the rows: sixty characters that other ids begin with as well.
const KNOWN_ID: &str = "dep_00000000000000000000000000000000000000000000000000000000";

/// Rows that come after another event.
const SECOND: [&str; 3] = ["keyed-by-type", "ids-cut", "second-ftd-counted"];

#[expect(clippy::disallowed_methods, reason = "a token has to be good at the real time")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

fn fire(stack: &Running, body: &Value) -> RequestBuilder {
    stack.request(&body.to_string())
}

/// A deposit with other members.
fn money(stack: &Running, click: &str, members: Value) -> RequestBuilder {
    fire(stack, &with(&deposit(click, "dep_1", 25.5), members))
}

/// The event that comes before some of the rows.
fn known(click: &str) -> Value {
    with(&deposit(click, &format!("{KNOWN_ID}c"), 25.5), json!({"is_ftd": true}))
}

/// The same, with other members.
fn fired_before(stack: &Running, click: &str, members: &Value) -> RequestBuilder {
    fire(stack, &with(&known(click), members.clone()))
}

/// A request whose token or signature is still to come.
fn unproven(stack: &Running, text: &str) -> RequestBuilder {
    stack.request_as(Method::POST, "application/json", text)
}

/// A body in other letters, under the signature of its canonical form.
fn spelt(stack: &Running, body: &Value, spell: fn(&str) -> String) -> RequestBuilder {
    let canonical = body.to_string();
    let request = unproven(stack, &spell(&canonical)).header("x-signature", stack.signature(&canonical));
    request.header("authorization", format!("Bearer {}", stack.token()))
}

fn signed_so(stack: &Running, click: &str, spoil: fn(&str) -> String) -> RequestBuilder {
    let body = registration(click, "reg_1").to_string();
    let request = unproven(stack, &body).header("x-signature", spoil(&stack.signature(&body)));
    request.header("authorization", format!("Bearer {}", stack.token()))
}

/// A registration with an HMAC of another digest under that prefix.
fn signed_by<M: Mac + KeyInit>(stack: &Running, click: &str, prefix: &str) -> RequestBuilder {
    let body = registration(click, "reg_1").to_string();
    let mut mac = <M as KeyInit>::new_from_slice(stack.secrets.hmac.as_bytes()).expect("any key");
    mac.update(body.as_bytes());
    let signature = format!("{prefix}{}", hex::encode(mac.finalize().into_bytes()));
    let request = unproven(stack, &body).header("x-signature", signature);
    request.header("authorization", format!("Bearer {}", stack.token()))
}

fn with_token(stack: &Running, click: &str, token: &str) -> RequestBuilder {
    let body = registration(click, "reg_1").to_string();
    let request = unproven(stack, &body).header("x-signature", stack.signature(&body));
    request.header("authorization", format!("Bearer {token}"))
}

fn minted(stack: &Running, click: &str, claims: &Value) -> RequestBuilder {
    let key = EncodingKey::from_secret(stack.secrets.jwt.as_bytes());
    with_token(stack, click, &encode(&Header::default(), claims, &key).expect("a token"))
}

fn unsigned() -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
    let part = |json: Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.", part(json!({"alg": "none", "typ": "JWT"})), part(json!({"iat": now(), "exp": now() + 600})))
}

fn sent_as(stack: &Running, click: &str, method: &Method, content_type: &str) -> RequestBuilder {
    let body = registration(click, "reg_1").to_string();
    let request = stack.request_as(method.clone(), content_type, &body).header("x-signature", stack.signature(&body));
    request.header("authorization", format!("Bearer {}", stack.token()))
}

/// Fires the row's request at a fresh stack with these defects: its status, and what it added to the books.
async fn shown(defects: &[&str], row: &str, request: fn(&Running, &str) -> RequestBuilder) -> (u16, Vec<Value>) {
    let stack = Running::with(defects).await;
    let click = stack.click().await;
    let mut before = 0;
    if SECOND.contains(&row) {
        assert_eq!(stack.fire(&known(&click)).await, Answer::ack(false));
        before = stack.credits().await.len();
    }
    let status = answer(request(&stack, &click)).await.status;
    let credits = stack.credits().await.split_off(before);
    stack.stop().await;
    (status, credits)
}

#[tokio::test]
async fn each_row_is_answered_one_way_by_a_sound_stack_and_the_other_way_with_the_defect() {
    for (defect, request, sound, planted) in TAKEN.into_iter().chain(REFUSED) {
        for (defects, status) in [(vec![], sound), (vec![defect], planted)] {
            let (told, credits) = shown(&defects, defect, request).await;
            assert_eq!(
                (told, credits.len()),
                (status, usize::from(status == 200)),
                "{defect}: {defects:?} {credits:?}"
            );
        }
    }
}

#[tokio::test]
async fn each_row_is_booked_one_way_by_a_sound_stack_and_the_other_way_with_the_defect() {
    for (defect, request, member, sound, planted) in BOOKED {
        for (defects, value) in [(vec![], sound), (vec![defect], planted)] {
            let (status, credits) = shown(&defects, defect, request).await;
            let booked: Vec<_> = credits.iter().map(|credit| credit[member].to_string()).collect();
            assert_eq!((status, booked), (200, vec![value.to_owned()]), "{defect}: {defects:?}");
        }
    }
}

#[tokio::test]
async fn what_is_taken_is_booked_as_the_defect_says() {
    let booked = async |defect: &str, member: &str| {
        let (_, request, ..) = TAKEN.into_iter().find(|row| row.0 == defect).expect("a row");
        let (_, credits) = shown(&[defect], defect, request).await;
        credits[0][member].clone()
    };
    assert_eq!(booked("text-amounts-taken", "amount").await, json!(1000.0));
    assert_eq!(booked("negative-amounts-taken", "amount").await, json!(-5.5));
    assert_eq!(booked("excess-decimals-taken", "amount").await, json!(101));
    assert_eq!(booked("any-currency-taken", "currency").await, "usd");
    assert_eq!(booked("zones-ignored", "ts_event").await, "2025-10-21T14:54:12Z");
    assert_eq!(booked("unknown-event-taken", "event").await, "registration");
    assert_eq!(booked("null-ids-taken", "event_id").await, "null");
    assert_eq!(booked("last-key-wins", "amount").await, json!(25.0));
}

#[tokio::test]
async fn early_deposits_alone_are_refused() {
    let stack = Running::with(&["early-deposit-refused"]).await;
    let click = stack.click().await;
    let early = deposit(&click, "dep_1", 25.5);
    assert_eq!(stack.fire(&early).await.refusal(), (422, "schema_invalid"));
    assert_eq!(stack.fire(&registration(&click, "reg_1")).await, Answer::ack(false));
    stack.quiet().await;
    assert_eq!(stack.fire(&early).await, Answer::ack(false));
}

#[tokio::test]
async fn without_the_fallback_events_without_an_id_are_always_new() {
    for (name, credits) in [(None, 1), (Some("no-fallback"), 2)] {
        let tracker = TrackerSettings { dialect: Dialect::TransactionId, ..TrackerSettings::default() };
        let defects = name.iter().map(|name| Defect::by_name(name).expect("a registered defect")).collect();
        let stack = Running::start(Config { tracker, defects, ..Config::default() }).await;
        let mut body = registration(&stack.click().await, "");
        body.as_object_mut().expect("an object").remove("event_id");
        assert_eq!(stack.fire(&body).await, Answer::ack(false));
        assert_eq!(stack.fire(&body).await, Answer::ack(credits == 1));
        assert_eq!(stack.credits().await.len(), credits);
    }
}

#[tokio::test]
async fn every_fiftieth_event_is_forgotten() {
    for (defects, credits) in [(&[][..], 50), (&["forgets-after-many"][..], 49)] {
        let stack = Running::with(defects).await;
        let click = stack.click().await;
        for number in 0..50 {
            assert_eq!(stack.fire(&registration(&click, &format!("reg_{number}"))).await, Answer::ack(false));
        }
        assert_eq!(stack.credits().await.len(), credits, "{defects:?}");
    }
}
