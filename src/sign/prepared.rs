//! A scheme and its key, ready for bodies that are written in canonical order at once: the hot path of loads. Other bodies, and
//! schemes that sign more than the body, go through [`super::Scheme::sign`].

use super::HmacKey;
use crate::model::Secret;

/// What signs a body without reading it.
#[derive(Debug)]
pub struct Prepared {
    key: HmacKey,
    header: String,
    prefix: &'static str,
}

impl Prepared {
    /// A key whose signatures stand in that header, behind that prefix, in lower-case hex digits.
    pub(super) fn new(secret: &Secret, header: &str, prefix: &'static str) -> Self {
        Self { key: HmacKey::new(secret), header: header.to_owned(), prefix }
    }

    /// The header that carries the signature.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The header's value for a body that is its own canonical form.
    pub fn sign(&self, body: &[u8]) -> Vec<u8> {
        let mut value = Vec::with_capacity(self.prefix.len() + 64);
        value.extend_from_slice(self.prefix.as_bytes());
        self.key.write_hex(body, &mut value);
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::sign::{Canonical, Message, Place, S2sJson, Scheme as _, Settings};

    use super::*;

    #[test]
    fn a_canonical_body_is_signed_as_the_scheme_signs_it() {
        let secret = Secret::new("postback-test-secret");
        let body = br#"{"amount":100,"currency":"EUR","event":"deposit_success"}"#;
        for canonical in Canonical::ALL {
            let scheme = S2sJson::new(Settings { canonical, place: Place::Header("X-Signature".to_owned()) });
            let prepared = scheme.prepared(&secret).expect("a header");
            let message = Message { body, id: "dep_1", at: jiff::Timestamp::UNIX_EPOCH };
            let signed = scheme.sign(&secret, &message).expect("a body");
            let value = String::from_utf8(prepared.sign(body)).expect("ASCII");
            assert_eq!(signed.headers, [(prepared.header().to_owned(), value)], "{canonical:?}");
        }
    }

    #[test]
    fn a_signature_within_the_body_cannot_be_prepared() {
        let settings = Settings { canonical: Canonical::Jcs, place: Place::Member("signature".to_owned()) };
        assert!(S2sJson::new(settings).prepared(&Secret::new("s")).is_none());
    }
}
