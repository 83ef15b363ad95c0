//! Keys that sign bearer tokens: a shared secret, or a private key in PEM. They are tried when they are read,
//! so that a wrong file is an error at the start and not in the middle of a run.
//! What the tokens say is left to `jwt`.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{EncodingKey, crypto::aws_lc::DEFAULT_PROVIDER};

use super::TokenError;
use crate::model::Secret;

/// The signature algorithms of bearer tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC with SHA-256 and a shared secret.
    Hs256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The name as it stands in a token's header.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// What a key of this algorithm looks like, for error messages.
    fn wants(self) -> &'static str {
        match self {
            Self::Hs256 => "a secret that is not empty",
            Self::Rs256 => "an unencrypted RSA private key of at least 2048 bits in PEM (PKCS#8 or PKCS#1)",
            Self::Es256 => "an unencrypted P-256 private key in PEM (PKCS#8 or SEC1)",
        }
    }

    fn library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }
}

/// A key that is known to sign. Its debug output names the algorithm and hides the bytes.
#[derive(Debug, Clone)]
pub struct TokenKey {
    algorithm: Algorithm,
    key: EncodingKey,
}

impl TokenKey {
    /// Reads a key from a secret's bytes (HS256: as they are; else PEM) and signs once to prove it.
    pub fn new(algorithm: Algorithm, secret: &Secret) -> Result<Self, TokenError> {
        let bytes = secret.expose();
        let unusable = || TokenError::Key { algorithm: algorithm.name(), wanted: algorithm.wants() };
        let key = match algorithm {
            Algorithm::Hs256 if bytes.is_empty() => None,
            Algorithm::Hs256 => Some(EncodingKey::from_secret(bytes)),
            Algorithm::Rs256 => EncodingKey::from_rsa_pem(bytes).ok(),
            Algorithm::Es256 => match sec1(bytes) {
                Some(der) => Some(EncodingKey::from_ec_der(&pkcs8(&der))),
                None => EncodingKey::from_ec_pem(bytes).ok(),
            },
        };
        let key = Self { algorithm, key: key.ok_or_else(unusable)? };
        key.sign(b"trial").map_err(|_| unusable())?;
        Ok(key)
    }

    /// The algorithm that this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The base64url signature of a token's first two parts.
    ///
    /// The provider is named outright. The library's own choice panics when another crate
    /// of the build switches a second provider on.
    pub(super) fn sign(&self, message: &[u8]) -> Result<String, TokenError> {
        let failed = |error: String| TokenError::Signing { algorithm: self.algorithm.name(), error };
        let signer = (DEFAULT_PROVIDER.signer_factory)(&self.algorithm.library(), &self.key)
            .map_err(|error| failed(error.to_string()))?;
        let signature = signer.try_sign(message).map_err(|error| failed(error.to_string()))?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The DER of a PEM block `EC PRIVATE KEY`, which the library does not read. A block of
/// curve parameters may stand before it, as `openssl ecparam -genkey` writes it.
fn sec1(pem: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(pem).ok()?;
    let (_, rest) = text.split_once("-----BEGIN EC PRIVATE KEY-----")?;
    let (block, _) = rest.split_once("-----END EC PRIVATE KEY-----")?;
    STANDARD.decode(block.split_ascii_whitespace().collect::<String>()).ok()
}

/// Wraps a SEC1 key as PKCS#8 (RFC 5208): version 0, algorithm id-ecPublicKey on prime256v1, the key as octets.
fn pkcs8(sec1: &[u8]) -> Vec<u8> {
    const VERSION_AND_ALGORITHM: &[u8] = &[
        0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ];
    let octets = der(0x04, sec1);
    der(0x30, &[VERSION_AND_ALGORITHM, &octets].concat())
}

/// One DER element: tag, length in the shortest form, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut element = vec![tag];
    if let Ok(short @ 0..=0x7f) = u8::try_from(content.len()) {
        element.push(short);
    } else {
        let length = content.len().to_be_bytes();
        let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
        element.push(0x80 | u8::try_from(digits.len()).expect("a length has at most eight bytes"));
        element.extend_from_slice(digits);
    }
    element.extend_from_slice(content);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_lengths_are_in_the_shortest_form() {
        assert_eq!(der(4, &[]), [4, 0]);
        assert_eq!(der(4, &[7; 127])[..2], [4, 127]);
        assert_eq!(der(4, &[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(der(4, &[7; 300])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn a_key_of_the_wrong_kind_is_refused_with_what_is_wanted() {
        let rsa = include_bytes!("../../tests/vectors/sign/keys/rsa_pkcs8.pem");
        let p384 = include_bytes!("../../tests/vectors/sign/keys/p384_sec1.pem");
        for (algorithm, bytes, wanted) in [
            (Algorithm::Hs256, &b""[..], "not empty"),
            (Algorithm::Rs256, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "RSA"),
            (Algorithm::Rs256, b"not pem", "PKCS#1"),
            (Algorithm::Es256, rsa, "P-256"),
            (Algorithm::Es256, p384, "SEC1"),
            (Algorithm::Es256, b"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "SEC1"),
        ] {
            let error = TokenKey::new(algorithm, &Secret::new(bytes)).expect_err("the key is unusable").to_string();
            assert!(error.contains(algorithm.name()) && error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn debug_output_hides_the_key() {
        let key = TokenKey::new(Algorithm::Hs256, &Secret::new("hunter2")).unwrap();
        assert!(!format!("{key:?}").contains("hunter2") && !format!("{key:?}").contains("104"));
    }
}
