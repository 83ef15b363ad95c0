//! Tokens that are taken and tokens that are not.

use axum::http::{HeaderValue, StatusCode};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

const KEY: &str = "token key";
const NOW: i64 = 1_761_059_551;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("within range")
}

fn verdict(authorization: &[String]) -> Result<(), StatusCode> {
    let mut headers = HeaderMap::new();
    for value in authorization {
        headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("a header value"));
    }
    TokenCheck::new(&[(None, KEY)]).check(&headers, now(), Check::Enforced).map_err(|refusal| refusal.status())
}

fn minted(algorithm: Algorithm, key: &str, claims: &Value) -> String {
    let token = encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes()));
    format!("Bearer {}", token.expect("a token"))
}

fn good(claims: &Value) -> bool {
    verdict(&[minted(Algorithm::HS256, KEY, claims)]).is_ok()
}

#[test]
fn lifetime_and_leeway_have_exact_bounds() {
    let life = |seconds: i64| good(&json!({"iat": NOW, "exp": NOW + seconds}));
    assert_eq!([299, 300, 900, 901].map(life), [false, true, true, false]);
    let expired_for = |seconds: i64| good(&json!({"iat": NOW - 600 - seconds, "exp": NOW - seconds}));
    assert_eq!([0, 30, 31].map(expired_for), [true, true, false]);
    let early_by = |seconds: i64| good(&json!({"iat": NOW + seconds, "exp": NOW + seconds + 600}));
    assert_eq!([0, 30, 31].map(early_by), [true, true, false]);
    assert!(!good(&json!({"iat": NOW, "exp": NOW + 600, "nbf": NOW + 60})));
}

#[test]
fn claims_have_to_be_there_and_numbers() {
    assert!(good(&json!({"iat": NOW, "exp": NOW + 600, "aud": "tracker", "sub": "operator"})));
    assert!(good(&json!({"iat": NOW, "exp": 0.5 + 1_761_060_000.0})));
    assert!(!good(&json!({"exp": NOW + 600})));
    assert!(!good(&json!({"iat": NOW})));
    assert!(!good(&json!({"iat": NOW, "exp": (NOW + 600).to_string()})));
    assert!(!good(&json!({"iat": NOW, "exp": null})));
    assert!(!good(&json!([NOW, NOW + 600])) || !good(&json!({})));
}

#[test]
fn only_one_hs256_token_with_the_key_is_taken() {
    let claims = json!({"iat": NOW, "exp": NOW + 600});
    let token = minted(Algorithm::HS256, KEY, &claims);
    let refused = Err(StatusCode::UNAUTHORIZED);
    assert_eq!(verdict(&[token.replacen("Bearer", "bearer", 1)]), Ok(()));
    assert_eq!(verdict(&[]), refused);
    assert_eq!(verdict(&[token.clone(), token.clone()]), refused);
    assert_eq!(verdict(&[token.replacen("Bearer", "Basic", 1)]), refused);
    assert_eq!(verdict(&[minted(Algorithm::HS256, "another key", &claims)]), refused);
    assert_eq!(verdict(&[minted(Algorithm::HS512, KEY, &claims)]), refused);
    let unsigned = token.rsplit_once('.').map(|(signed, _)| format!("{signed}.")).expect("three parts");
    assert_eq!(verdict(&[unsigned]), refused);
    assert_eq!(verdict(&["Bearer eyJhbGciOiJub25lIn0.e30.".to_owned()]), refused);
}

/// The status of a check of one token.
fn told(check: &TokenCheck, token: &str, now: Timestamp) -> Result<(), StatusCode> {
    let mut headers = HeaderMap::new();
    headers.append(AUTHORIZATION, HeaderValue::from_str(token).expect("a header value"));
    check.check(&headers, now, Check::Enforced).map_err(|refusal| refusal.status())
}

fn with_kid(kid: &str, key: &str) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    let claims = json!({"iat": NOW, "exp": NOW + 600});
    let token = encode(&header, &claims, &EncodingKey::from_secret(key.as_bytes()));
    format!("Bearer {}", token.expect("a token"))
}

#[test]
fn a_kid_names_the_one_key_that_counts() {
    let refused = Err(StatusCode::UNAUTHORIZED);
    let check = TokenCheck::new(&[(Some("a"), "first"), (Some("b"), "second")]);
    assert_eq!(told(&check, &with_kid("a", "first"), now()), Ok(()));
    assert_eq!(told(&check, &with_kid("b", "second"), now()), Ok(()));
    assert_eq!(told(&check, &with_kid("a", "second"), now()), refused);
    assert_eq!(told(&check, &with_kid("c", "first"), now()), refused, "an unknown kid");
    let claims = json!({"iat": NOW, "exp": NOW + 600});
    for key in ["first", "second"] {
        assert_eq!(told(&check, &minted(Algorithm::HS256, key, &claims), now()), Ok(()), "no kid, every key");
    }
    assert_eq!(told(&check, &minted(Algorithm::HS256, "third", &claims), now()), refused);
    let unnamed = TokenCheck::new(&[(None, "first"), (None, "second")]);
    assert_eq!(told(&unnamed, &with_kid("anything", "second"), now()), Ok(()));
    assert_eq!(told(&unnamed, &with_kid("anything", "third"), now()), refused);
    assert_eq!(told(&TokenCheck::new(&[]), &with_kid("a", "first"), now()), refused);
}

#[test]
fn audience_and_issuer_count_once_they_are_set() {
    let refused = Err(StatusCode::UNAUTHORIZED);
    let token = |claims: Value| minted(Algorithm::HS256, KEY, &claims);
    let plain = token(json!({"iat": NOW, "exp": NOW + 600}));
    let named = token(json!({"iat": NOW, "exp": NOW + 600, "aud": "tracker", "iss": "operator"}));
    let listed = token(json!({"iat": NOW, "exp": NOW + 600, "aud": ["tracker"], "iss": "operator"}));
    let other = token(json!({"iat": NOW, "exp": NOW + 600, "aud": "casino", "iss": "somebody"}));
    let audience = TokenCheck::new(&[(None, KEY)]).for_audience("tracker");
    let issuer = TokenCheck::new(&[(None, KEY)]).by_issuer("operator");
    for check in [&audience, &issuer] {
        let verdicts = [&named, &listed, &other, &plain].map(|token| told(check, token, now()));
        assert_eq!(verdicts, [Ok(()), Ok(()), refused, refused]);
    }
}

#[test]
fn a_remembered_token_grows_old_like_any_other() {
    let check = TokenCheck::new(&[(None, KEY)]);
    let token = minted(Algorithm::HS256, KEY, &json!({"iat": NOW, "exp": NOW + 300}));
    let at = |seconds: i64| Timestamp::from_second(NOW + seconds).expect("within range");
    assert_eq!(told(&check, &token, at(0)), Ok(()));
    assert!(check.remembered.claims(&token["Bearer ".len()..]).is_some());
    assert_eq!([329, 330, 331].map(|later| told(&check, &token, at(later)).is_ok()), [true, true, false]);
    assert_eq!(told(&check, &token[..token.len() - 1], at(0)), Err(StatusCode::UNAUTHORIZED));
    let refused = minted(Algorithm::HS256, KEY, &json!({"iat": NOW, "exp": NOW + 60}));
    assert_eq!(told(&check, &refused, at(0)), Err(StatusCode::UNAUTHORIZED));
    assert!(check.remembered.claims(&refused["Bearer ".len()..]).is_none());
}

#[test]
fn each_check_of_a_token_can_be_left_out() {
    let told_by = |reading: TokenReading, token: &str| {
        told(&TokenCheck::new(&[(None, KEY)]).read_as(reading), token, now()).is_ok()
    };
    let signed = |claims: Value| minted(Algorithm::HS256, KEY, &claims);
    let encoded = |text: &str| base64::prelude::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text);
    let claims = json!({"iat": NOW, "exp": NOW + 600});
    let unsigned = format!("Bearer {}.{}.", encoded(r#"{"alg":"none","typ":"JWT"}"#), encoded(&claims.to_string()));
    let skipped = |set: fn(&mut TokenReading)| {
        let mut reading = TokenReading::default();
        set(&mut reading);
        reading
    };
    let rows: [(TokenReading, &[String]); 4] = [
        (skipped(|reading| reading.algorithm = Check::Skipped), &[unsigned]),
        (
            skipped(|reading| reading.lifetime = Check::Skipped),
            &[3600, 60].map(|life| signed(json!({"iat": NOW, "exp": NOW + life}))),
        ),
        (
            skipped(|reading| reading.expiry_form = Check::Skipped),
            &[signed(json!({"iat": NOW, "exp": (NOW + 600).to_string()})), signed(json!({"iat": NOW}))],
        ),
        (
            skipped(|reading| reading.start = Check::Skipped),
            &[
                signed(json!({"iat": NOW, "exp": NOW + 600, "nbf": NOW + 300})),
                signed(json!({"iat": NOW + 300, "exp": NOW + 900})),
            ],
        ),
    ];
    let forged = minted(Algorithm::HS256, "another key", &claims);
    for (reading, tokens) in rows {
        for token in tokens {
            assert!(told_by(reading, token) && !told_by(TokenReading::default(), token), "{reading:?} {token}");
        }
        assert!(told_by(reading, &signed(claims.clone())) && !told_by(reading, &forged), "{reading:?}");
    }
}
