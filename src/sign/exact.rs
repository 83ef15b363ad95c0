//! The schemes that sign the exact bytes and nothing besides: GitHub's and Shopify's. What sets the two apart is a
//! header's name and a spelling, which stand in their own files. Neither has a time window: a delivery can be replayed for
//! ever, and only its id tells that it was.

use std::borrow::Cow;

use super::digest::{Spelling, same};
use super::{Delivered, HmacKey, Message, Place, Recipe, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// One header over the exact bytes.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    pub(super) name: &'static str,
    /// The header.
    pub(super) header: &'static str,
    /// The name of the hash before the digest, with its sign, where one stands there.
    pub(super) prefix: &'static str,
    /// How the digest is spelled.
    pub(super) spelling: Spelling,
    /// Both in words.
    pub(super) expected: &'static str,
    pub(super) recipe: Recipe,
}

impl Scheme for Exact {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) -> String {
        format!("HMAC-SHA256 over the exact bytes (raw), in header {}", self.header)
    }

    fn place(&self) -> Place {
        Place::Header(self.header.to_owned())
    }

    fn digest_name(&self) -> Option<&'static str> {
        self.prefix.strip_suffix('=')
    }

    fn recipe(&self) -> Recipe {
        self.recipe
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(Cow::Borrowed(message.body))
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        let digest = self.spelling.write(&HmacKey::new(key).mac(message.body));
        Ok(Signed { headers: vec![(self.header.to_owned(), format!("{}{digest}", self.prefix))], body: None })
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let value = delivered.sole_header(self.header)?;
        let given = value
            .strip_prefix(self.prefix)
            .and_then(|digest| self.spelling.read(digest))
            .ok_or_else(|| Refusal::Malformed { place: format!("header {}", self.header), expected: self.expected })?;
        if same(&HmacKey::new(key).mac(delivered.body), &given) { Ok(()) } else { Err(Refusal::Mismatch) }
    }
}
