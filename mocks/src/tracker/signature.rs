//! The signature of a postback: HMAC-SHA256 over the canonical payload, in a header or in the body.

use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::canonical::SIGNATURE_MEMBER;
use super::json::Json;
use crate::answer::Refusal;

const HEADER: &str = "x-signature";
const PREFIX: &str = "sha256=";

/// Checks signatures with one key.
pub(super) struct SignatureCheck {
    keyed: Hmac<Sha256>,
}

impl SignatureCheck {
    /// A check with the bytes of `secret`.
    pub(super) fn new(secret: &str) -> Self {
        let keyed = Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length");
        Self { keyed }
    }

    /// Refuses a postback whose signature does not cover `canonical`.
    pub(super) fn check(&self, headers: &HeaderMap, body: &Json, canonical: &str) -> Result<(), Refusal> {
        let claimed = claimed(headers, body)?;
        let mut mac = self.keyed.clone();
        mac.update(canonical.as_bytes());
        let owed = mac.finalize().into_bytes();
        let matches = claimed.is_some_and(|claimed| owed.as_slice().ct_eq(&claimed).into());
        if matches { Ok(()) } else { Err(invalid()) }
    }
}

/// The signature that the sender claims: that of the header, or else that of the body.
fn claimed(headers: &HeaderMap, body: &Json) -> Result<Option<[u8; 32]>, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => {
            let hint = "send the signature header once";
            Err(Refusal::new(StatusCode::BAD_REQUEST, "signature_repeated", hint))
        }
        (Some(value), None) => Ok(value.to_str().ok().and_then(|text| digest(text.strip_prefix(PREFIX)?))),
        (None, _) => {
            let text = body.member(SIGNATURE_MEMBER).and_then(Json::text);
            Ok(text.and_then(|text| digest(text.strip_prefix(PREFIX).unwrap_or(text))))
        }
    }
}

fn digest(hexadecimal: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut bytes).ok()?;
    Some(bytes)
}

fn invalid() -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "signature_invalid", "check canonical order")
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    /// The deposit of the trade's own description, and what its signature is known to be.
    const BODY: &str = r#"{ "event":"deposit_success","event_id":"dep_9aa", "click_id":"clk_123","account_id":"u_456",
        "amount":100.00,"currency":"USD","is_ftd":true, "ts_event":"2025-10-21T15:12:31Z" }"#;
    const KEY: &str = "postback-test-secret";
    const KNOWN: &str = "689481a85415d2d73174538bc35e0d9245bcc6f51672e0b3e6f8c52b786029e9";

    fn verdict(headers: &[&str], member: Option<&str>) -> Result<(), StatusCode> {
        let mut text = BODY.to_owned();
        if let Some(member) = member {
            text = text.replacen('{', &format!("{{\"signature\":\"{member}\","), 1);
        }
        let body = Json::parse(text.as_bytes()).expect("valid JSON");
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(HEADER, value.parse().expect("a header value"));
        }
        let check = SignatureCheck::new(KEY);
        check.check(&map, &body, &canonical::payload(&body)).map_err(|refusal| refusal.status())
    }

    #[test]
    fn known_answer_is_taken_in_every_place() {
        let prefixed = format!("{PREFIX}{KNOWN}");
        assert_eq!(verdict(&[&prefixed], None), Ok(()));
        assert_eq!(verdict(&[&format!("{PREFIX}{}", KNOWN.to_uppercase())], None), Ok(()));
        assert_eq!(verdict(&[], Some(KNOWN)), Ok(()));
        assert_eq!(verdict(&[], Some(&prefixed)), Ok(()));
    }

    #[test]
    fn everything_else_is_refused() {
        let prefixed = format!("{PREFIX}{KNOWN}");
        let other = format!("{PREFIX}{}", KNOWN.replace('6', "7"));
        let forbidden = Err(StatusCode::FORBIDDEN);
        assert_eq!(verdict(&[], None), forbidden);
        assert_eq!(verdict(&[KNOWN], None), forbidden, "a header without its prefix");
        assert_eq!(verdict(&[&other], None), forbidden);
        assert_eq!(verdict(&[&other], Some(KNOWN)), forbidden, "the header decides where there is one");
        assert_eq!(verdict(&[&prefixed[..40]], None), forbidden, "a part of the signature");
        assert_eq!(verdict(&[""], None), forbidden);
        assert_eq!(verdict(&[&prefixed, &prefixed], None), Err(StatusCode::BAD_REQUEST));
    }
}
