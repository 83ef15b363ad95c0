//! The scheme `stripe`: `t=<seconds>,v1=<hex>` over `{t}.{body}` (stripe-node `Webhooks.ts`; domain.md §3).
//! Its window looks back only: the published verifiers never refuse a time that is yet to come.

use std::borrow::Cow;

use super::digest::{Spelling, same};
use super::window::{self, Window};
use super::{Delivered, HmacKey, Message, Place, Recipe, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "stripe";

/// What it is, for lists.
pub(super) const ABOUT: &str = "t=<seconds>,v1=<hex HMAC-SHA256 of {t}.{body}> in Stripe-Signature, at most 300 s old";

const HEADER: &str = "Stripe-Signature";

const WINDOW: Window = Window { past: 300, future: None };

/// Longest list that is read. While secrets are rotated a sender signs with each of them, and has two or three.
const MAX_PARTS: usize = 16;

/// Signs as Stripe does.
#[derive(Debug, Clone, Copy)]
pub struct Stripe;

/// A header, read.
struct Read<'a> {
    /// The instant as it was spelled, which is what was signed.
    time: &'a str,
    second: i64,
    digests: Vec<[u8; 32]>,
}

fn place() -> String {
    format!("header {HEADER}")
}

fn malformed() -> Refusal {
    Refusal::Malformed { place: place(), expected: "t=<seconds>,v1=<64 lower-case hex digits>[,v1=…]" }
}

/// Reads the list. Parts of other names, such as the test scheme's `v0`, are passed over.
fn read(value: &str) -> Result<Read<'_>, Refusal> {
    let (mut time, mut digests) = (None, Vec::new());
    for (index, part) in value.split(',').enumerate() {
        match part.split_once('=').ok_or_else(malformed)? {
            _ if index == MAX_PARTS => return Err(malformed()),
            ("t", text) if time.is_none() => time = Some((text, window::seconds(text).ok_or_else(malformed)?)),
            ("t", _) => return Err(Refusal::Repeated { place: format!("`t` in {}", place()) }),
            ("v1", digest) => digests.push(Spelling::Hex.read(digest).ok_or_else(malformed)?),
            _ => {}
        }
    }
    let (time, second) = time.ok_or_else(malformed)?;
    if digests.is_empty() { Err(malformed()) } else { Ok(Read { time, second, digests }) }
}

fn payload(time: &str, body: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", body].concat()
}

impl Scheme for Stripe {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        format!("HMAC-SHA256 over {{t}}.{{exact bytes}}, in {}, {WINDOW}", place())
    }

    fn place(&self) -> Place {
        Place::Header(HEADER.to_owned())
    }

    fn window(&self) -> Option<Window> {
        Some(WINDOW)
    }

    fn recipe(&self) -> Recipe {
        Recipe { before: "{t}.", ..Recipe::hex("t={t},v1={s}") }
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(Cow::Owned(payload(&message.second()?.to_string(), message.body)))
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        let digest = Spelling::Hex.write(&HmacKey::new(key).mac(&self.signed_bytes(message)?));
        let value = format!("t={},v1={digest}", message.second()?);
        Ok(Signed { headers: vec![(HEADER.to_owned(), value)], body: None })
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let Read { time, second, digests } = read(delivered.sole_header(HEADER)?)?;
        let owed = HmacKey::new(key).mac(&payload(time, delivered.body));
        if !digests.iter().any(|given| same(&owed, given)) {
            return Err(Refusal::Mismatch);
        }
        WINDOW.check(second, delivered.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(value: &str) -> Result<(), Refusal> {
        let headers = [(HEADER.to_lowercase(), value.to_owned())];
        let now = jiff::Timestamp::from_second(1_600_000_000).unwrap();
        Stripe.verify(&Secret::new("whsec_test"), &Delivered { headers: &headers, body: b"{}", now })
    }

    fn digest(time: &str) -> String {
        Spelling::Hex.write(&HmacKey::new(&Secret::new("whsec_test")).mac(format!("{time}.{{}}").as_bytes()))
    }

    #[test]
    fn any_v1_of_the_list_may_match_and_other_schemes_are_passed_over() {
        let (own, other) = (digest("1600000000"), "0".repeat(64));
        assert_eq!(verify(&format!("t=1600000000,v1={own}")), Ok(()));
        assert_eq!(verify(&format!("v0=x,v1={other},t=1600000000,v1={own}")), Ok(()));
        assert_eq!(verify(&format!("t=1600000000,v1={other},v1={other}")), Err(Refusal::Mismatch));
        assert_eq!(verify(&format!("t=1600000001,v1={own}")), Err(Refusal::Mismatch), "the time is signed");
    }

    #[test]
    fn what_is_no_list_of_the_form_is_refused() {
        let own = digest("1600000000");
        let long = format!("t=1600000000{}", format!(",v1={own}").repeat(16));
        for bad in [
            String::new(),
            own.clone(),
            format!("v1={own}"),
            "t=1600000000".to_owned(),
            format!("t=1600000000,v0={own}"),
            format!("t=1600000000, v1={own}"),
            format!("t=01600000000,v1={own}"),
            format!("t=1600000000,v1={}", own.to_uppercase().replace('0', "A")),
            format!("t=1600000000,v1={},v1={own}", &own[..32]),
            long,
        ] {
            assert_eq!(verify(&bad), Err(malformed()), "{bad}");
        }
        let twice = verify(&format!("t=1600000000,t=1600000000,v1={own}"));
        assert!(matches!(twice, Err(Refusal::Repeated { .. })), "{twice:?}");
    }

    #[test]
    fn the_future_is_never_refused() {
        let at = |time: &str| verify(&format!("t={time},v1={}", digest(time)));
        assert_eq!(at("1599999700"), Ok(()));
        assert_eq!(at("1599999699"), Err(Refusal::TooOld { age: 301, limit: 300 }));
        assert_eq!(at("1600086400"), Ok(()));
    }
}
