//! The scheme `github`: GitHub's (docs.github.com, webhooks, securing; domain.md §3).
//! It has no time window: a delivery can be replayed for ever, and only its id tells that it was.

use std::borrow::Cow;

use super::digest::Spelling;
use super::exact::Exact;
use super::{Delivered, Message, Place, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "github";

/// What it is, for lists.
pub(super) const ABOUT: &str = "sha256=<hex HMAC-SHA256 of the exact bytes> in X-Hub-Signature-256, no time";

const RULE: Exact = Exact {
    header: "X-Hub-Signature-256",
    prefix: "sha256=",
    spelling: Spelling::Hex,
    expected: "sha256=<64 lower-case hex digits>",
};

/// Signs as GitHub does.
#[derive(Debug, Clone, Copy)]
pub struct Github;

impl Scheme for Github {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        RULE.describe()
    }

    fn place(&self) -> Place {
        RULE.place()
    }

    fn digest_name(&self) -> Option<&'static str> {
        Some("sha256")
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(Cow::Borrowed(message.body))
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        Ok(RULE.sign(key, message))
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        RULE.verify(key, delivered)
    }
}
