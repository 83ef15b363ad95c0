//! The ways to get a token wrong: one that nobody signed, and one that does not say when it ends.
//!
//! No sound tracker has a use for it; it exists for the defects that turn these knobs.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Claims;

/// What a token says that may say anything about its end.
#[derive(Deserialize)]
struct Unending {
    iat: f64,
    exp: Option<Value>,
    nbf: Option<f64>,
}

/// What a token says that claims to be signed by nobody.
pub(super) fn unsigned(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let header: Value = part(parts.next()?)?;
    let is_unsigned = header.get("alg").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("none"));
    if is_unsigned { part(parts.next()?) } else { None }
}

/// What a token says that the key has signed; an end that is no number is never.
pub(super) fn unending(token: &str, key: &DecodingKey, validation: &Validation) -> Option<Claims> {
    let Unending { iat, exp, nbf } = decode::<Unending>(token, key, validation).ok()?.claims;
    let exp = exp.as_ref().and_then(Value::as_f64).unwrap_or(f64::INFINITY);
    Some(Claims { iat, exp, nbf })
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
