//! The scheme `slack`: `v0=<hex>` over `v0:{timestamp}:{body}`, the time in a header of its own
//! (python-slack-sdk, `slack_sdk/signature`; domain.md §3). Its window looks both ways.

use std::borrow::Cow;

use super::digest::{Spelling, same};
use super::window::{self, Window};
use super::{Delivered, HmacKey, Message, Place, Recipe, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "slack";

/// What it is, for lists.
pub(super) const ABOUT: &str = "v0=<hex HMAC-SHA256 of v0:{timestamp}:{body}> in X-Slack-Signature, within 300 s";

const HEADER: &str = "X-Slack-Signature";
const TIMESTAMP: &str = "X-Slack-Request-Timestamp";
const PREFIX: &str = "v0=";

const WINDOW: Window = Window { past: 300, future: Some(300) };

/// Signs as Slack does.
#[derive(Debug, Clone, Copy)]
pub struct Slack;

fn malformed(header: &str, expected: &'static str) -> Refusal {
    Refusal::Malformed { place: format!("header {header}"), expected }
}

fn payload(time: &str, body: &[u8]) -> Vec<u8> {
    [b"v0:", time.as_bytes(), b":", body].concat()
}

impl Scheme for Slack {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        format!("HMAC-SHA256 over v0:{{timestamp}}:{{exact bytes}}, in header {HEADER}, {WINDOW}")
    }

    fn place(&self) -> Place {
        Place::Header(HEADER.to_owned())
    }

    fn window(&self) -> Option<Window> {
        Some(WINDOW)
    }

    fn recipe(&self) -> Recipe {
        Recipe { before: "v0:{t}:", companions: &[(TIMESTAMP, "{t}")], ..Recipe::hex("v0={s}") }
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(Cow::Owned(payload(&message.second()?.to_string(), message.body)))
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        let digest = Spelling::Hex.write(&HmacKey::new(key).mac(&self.signed_bytes(message)?));
        let headers = vec![
            (TIMESTAMP.to_owned(), message.second()?.to_string()),
            (HEADER.to_owned(), format!("{PREFIX}{digest}")),
        ];
        Ok(Signed { headers, body: None })
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let value = delivered.sole_header(HEADER)?;
        let time = delivered.sole_header(TIMESTAMP)?;
        let second = window::seconds(time).ok_or_else(|| malformed(TIMESTAMP, "seconds since 1970"))?;
        let given = value
            .strip_prefix(PREFIX)
            .and_then(|digest| Spelling::Hex.read(digest))
            .ok_or_else(|| malformed(HEADER, "v0=<64 lower-case hex digits>"))?;
        if !same(&HmacKey::new(key).mac(&payload(time, delivered.body)), &given) {
            return Err(Refusal::Mismatch);
        }
        WINDOW.check(second, delivered.now)
    }
}
