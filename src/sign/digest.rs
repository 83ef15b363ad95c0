//! The two spellings of an HMAC-SHA256 in headers, 64 lower-case hex digits or 44 base64 characters, and its
//! comparison in constant time. Each has one spelling only: were capitals or loose bits taken too, a signature could be
//! altered and still hold.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq as _;

/// How a digest is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Hex,
    Base64,
}

impl Spelling {
    /// Writes a digest.
    pub(super) fn write(self, digest: &[u8; 32]) -> String {
        match self {
            Self::Hex => hex::encode(digest),
            Self::Base64 => STANDARD.encode(digest),
        }
    }

    /// Reads a digest in the one spelling that is its own.
    pub(super) fn read(self, text: &str) -> Option<[u8; 32]> {
        let bytes = match self {
            Self::Hex if text.bytes().any(|byte| byte.is_ascii_uppercase()) => return None,
            Self::Hex => hex::decode(text).ok()?,
            // The engine wants the padding, and zeros in the bits that are left over.
            Self::Base64 => STANDARD.decode(text).ok()?,
        };
        bytes.try_into().ok()
    }
}

/// Whether two digests are the same, in a time that tells a forger nothing about the digits.
pub(super) fn same(owed: &[u8; 32], given: &[u8; 32]) -> bool {
    owed.ct_eq(given).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_spelling() {
        let digest = [0xab; 32];
        for spelling in [Spelling::Hex, Spelling::Base64] {
            let text = spelling.write(&digest);
            assert_eq!(spelling.read(&text), Some(digest));
            for bad in [String::new(), text[1..].to_owned(), format!("{text}0"), format!(" {text}"), "é".repeat(32)] {
                assert_eq!(spelling.read(&bad), None, "{spelling:?} {bad:?}");
            }
        }
        assert_eq!(Spelling::Hex.read(&"AB".repeat(32)), None);
        let base64 = Spelling::Base64.write(&digest);
        assert_eq!(Spelling::Base64.read(base64.trim_end_matches('=')), None, "without padding");
        // 43 characters hold 258 bits; the two that are left over have to be zero.
        assert!(base64.ends_with("s="));
        assert_eq!(Spelling::Base64.read(&base64.replace("s=", "t=")), None);
    }

    #[test]
    fn digests_compare_by_every_byte() {
        let digest = [7; 32];
        assert!(same(&digest, &digest));
        for place in 0..32 {
            let mut other = digest;
            other[place] ^= 1;
            assert!(!same(&digest, &other));
        }
    }
}
