//! An HMAC-SHA256 key prepared once and used many times: the hot path of schemes and of the load engine.
//! Which bytes are hashed is left to the schemes.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::Secret;

/// The inner and outer hash states of a key, so that a message costs no key schedule.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// Prepares a key from the secret's bytes as they are.
    #[expect(clippy::missing_panics_doc, reason = "HMAC takes keys of any length, so it never panics")]
    pub fn new(secret: &Secret) -> Self {
        Self(Hmac::new_from_slice(secret.expose()).expect("HMAC takes keys of any length"))
    }

    /// The HMAC-SHA256 of a message.
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut state = self.0.clone();
        state.update(message);
        state.finalize().into_bytes().into()
    }

    /// Appends the 64 lower-case hex digits of a message's HMAC to `out`, with no allocation but for `out` itself.
    pub fn write_hex(&self, message: &[u8], out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in self.mac(message) {
            out.push(DIGITS[usize::from(byte >> 4)]);
            out.push(DIGITS[usize::from(byte & 0x0f)]);
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_case_2() {
        let key = HmacKey::new(&Secret::new("Jefe"));
        let mut hex = b"sha256=".to_vec();
        key.write_hex(b"what do ya want for nothing?", &mut hex);
        assert_eq!(hex, b"sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert_eq!(format!("{:?}", HmacKey::new(&Secret::new("hunter2"))), "HmacKey(…)");
    }
}
