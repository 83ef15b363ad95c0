//! HMACs by other hashes than the agreed one, for postbacks that are signed wrongly on purpose and for those who ask
//! which hash a signature was made by. The agreed one on the hot path is `hmac_key`'s.

use hmac::{Hmac, KeyInit, Mac};

use crate::model::Secret;

/// A hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// MD5 (RFC 1321), broken since 2004.
    Md5,
    /// SHA-1 (RFC 3174), broken since 2017.
    Sha1,
    /// SHA-256 (RFC 6234), the agreed one.
    Sha256,
    /// SHA-512 (RFC 6234), sound and not what was agreed on.
    Sha512,
}

impl Digest {
    /// The name, as it stands before hex digits and as openssl has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The HMAC of a message (RFC 2104) in lower-case hex.
    pub fn hmac_hex(self, key: &Secret, message: &[u8]) -> String {
        match self {
            Self::Md5 => hex_of::<Hmac<md5::Md5>>(key, message),
            Self::Sha1 => hex_of::<Hmac<sha1::Sha1>>(key, message),
            Self::Sha256 => hex_of::<Hmac<sha2::Sha256>>(key, message),
            Self::Sha512 => hex_of::<Hmac<sha2::Sha512>>(key, message),
        }
    }
}

fn hex_of<M: Mac + KeyInit>(key: &Secret, message: &[u8]) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 (MD5, SHA-1) and RFC 4231 (SHA-2), test case 2 of each.
    #[test]
    fn the_published_vectors_hold() {
        let key = Secret::new("Jefe");
        let hex = |digest: Digest| digest.hmac_hex(&key, b"what do ya want for nothing?");
        assert_eq!(hex(Digest::Md5), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(hex(Digest::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(hex(Digest::Sha256), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(hex(Digest::Sha512).starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
    }
}
