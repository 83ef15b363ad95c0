//! The schemes that sign the exact bytes and nothing besides: GitHub's and Shopify's. What sets the two apart is a
//! header's name and a spelling, which stand in their own files.

use super::digest::{Spelling, same};
use super::{Delivered, HmacKey, Message, Place, Refusal, Signed};
use crate::model::Secret;

/// One header over the exact bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    /// The header.
    pub(super) header: &'static str,
    /// What stands before the digest.
    pub(super) prefix: &'static str,
    /// How the digest is spelled.
    pub(super) spelling: Spelling,
    /// Both in words.
    pub(super) expected: &'static str,
}

impl Exact {
    pub(super) fn describe(&self) -> String {
        format!("HMAC-SHA256 over the exact bytes (raw), in header {}", self.header)
    }

    pub(super) fn place(&self) -> Place {
        Place::Header(self.header.to_owned())
    }

    pub(super) fn sign(&self, key: &Secret, message: &Message<'_>) -> Signed {
        let digest = self.spelling.write(&HmacKey::new(key).mac(message.body));
        Signed { headers: vec![(self.header.to_owned(), format!("{}{digest}", self.prefix))], body: None }
    }

    pub(super) fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let value = delivered.sole_header(self.header)?;
        let given = value
            .strip_prefix(self.prefix)
            .and_then(|digest| self.spelling.read(digest))
            .ok_or_else(|| Refusal::Malformed { place: format!("header {}", self.header), expected: self.expected })?;
        if same(&HmacKey::new(key).mac(delivered.body), &given) { Ok(()) } else { Err(Refusal::Mismatch) }
    }
}
