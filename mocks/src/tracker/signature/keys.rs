//! The live keys of a tracker: HMAC-SHA256 with each of them, compared in constant time.
//!
//! While a secret is being rotated two are live, the old one and the new; a signature by either is good.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The bytes of an HMAC-SHA256.
pub(super) type Digest = [u8; 32];

/// Most signatures of one request that are looked at. A sender in the middle of a rotation sends two.
pub(super) const MAX_CLAIMS: usize = 8;

/// Keys that are ready to use.
pub(super) struct Keys(Vec<Hmac<Sha256>>);

impl Keys {
    /// The keys with these bytes.
    pub(super) fn new<K: AsRef<[u8]>>(keys: impl IntoIterator<Item = K>) -> Self {
        let ready = |key: K| Hmac::new_from_slice(key.as_ref()).expect("HMAC takes keys of every length");
        Self(keys.into_iter().map(ready).collect())
    }

    /// Whether one of `claims` is what one of the keys makes of `parts`, taken as one text.
    pub(super) fn cover(&self, parts: &[&[u8]], claims: &[Digest]) -> bool {
        if claims.is_empty() {
            return false;
        }
        self.0.iter().any(|key| {
            let mut mac = key.clone();
            for part in parts {
                mac.update(part);
            }
            let owed = mac.finalize().into_bytes();
            claims.iter().any(|claim| owed.as_slice().ct_eq(claim).into())
        })
    }
}

/// A digest in hexadecimal, in either case.
pub(super) fn hexadecimal(text: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

/// A digest in Base64 with its padding.
pub(super) fn base64(text: &str) -> Option<Digest> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KNOWN: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn rfc_4231_case_2_by_either_key() {
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let known = hexadecimal(KNOWN).expect("a digest");
        for keys in [vec!["Jefe"], vec!["Jefe", "next"], vec!["previous", "Jefe"]] {
            assert!(Keys::new(&keys).cover(&parts, &[known]), "{keys:?}");
            assert!(Keys::new(&keys).cover(&parts, &[[0; 32], known]), "{keys:?}");
        }
        assert!(!Keys::new(["previous"]).cover(&parts, &[known]));
        assert!(!Keys::new(["Jefe"]).cover(&parts[1..], &[known]));
        assert!(!Keys::new(["Jefe"]).cover(&parts, &[]));
        assert!(!Keys::new::<&str>([]).cover(&parts, &[known]));
    }

    #[test]
    fn digests_are_whole_or_none() {
        assert!(hexadecimal(&KNOWN.to_uppercase()).is_some());
        assert!(hexadecimal(&KNOWN[..62]).is_none() && hexadecimal(&format!("{KNOWN}00")).is_none());
        assert!(hexadecimal(&KNOWN.replace('5', "x")).is_none());
        let encoded = BASE64_STANDARD.encode([7; 32]);
        assert_eq!(base64(&encoded), Some([7; 32]));
        assert!(base64(encoded.trim_end_matches('=')).is_none() && base64("AAAA").is_none());
    }
}
