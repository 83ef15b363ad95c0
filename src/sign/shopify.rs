//! The scheme `shopify`: Shopify's (shopify.dev, webhooks, verify-deliveries; domain.md §3).
//! It has no time window: a delivery can be replayed for ever, and only its id tells that it was.

use std::borrow::Cow;

use super::digest::Spelling;
use super::exact::Exact;
use super::{Delivered, Message, Place, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "shopify";

/// What it is, for lists.
pub(super) const ABOUT: &str = "<base64 HMAC-SHA256 of the exact bytes> in X-Shopify-Hmac-SHA256, no time";

const RULE: Exact =
    Exact { header: "X-Shopify-Hmac-SHA256", prefix: "", spelling: Spelling::Base64, expected: "44 base64 characters" };

/// Signs as Shopify does.
#[derive(Debug, Clone, Copy)]
pub struct Shopify;

impl Scheme for Shopify {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        RULE.describe()
    }

    fn place(&self) -> Place {
        RULE.place()
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
