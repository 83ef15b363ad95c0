//! Bearer tokens: short-lived JWTs with `iat` and `exp`. They are assembled by hand, so that the same
//! parts can be put together wrongly on purpose elsewhere. Keys are in `token_key`, the choice of a token in `bearer`.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::TokenKey;
use crate::model::Secret;

/// The lifetime of a token unless a scenario says otherwise; the source document allows 5 to 15 minutes.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// A bearer token, ready for a header. Its debug output hides it, because it opens doors while it lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes an opaque token, if a header can hold it: printable ASCII without spaces.
    pub(super) fn opaque(secret: &Secret) -> Result<Self, TokenError> {
        match std::str::from_utf8(secret.expose()) {
            Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(TokenError::Opaque),
        }
    }

    /// The token itself, for a header, never for output.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The key cannot sign with the algorithm.
    #[error("unusable {algorithm} key: expected {wanted}")]
    Key {
        /// The algorithm that was asked for.
        algorithm: &'static str,
        /// What its keys look like.
        wanted: &'static str,
    },
    /// A key that worked before failed to sign.
    #[error("{algorithm} signing failed: {error}")]
    Signing {
        /// The algorithm of the key.
        algorithm: &'static str,
        /// What the library said.
        error: String,
    },
    /// The lifetime leads beyond the calendar.
    #[error("token lifetime leads beyond the year 9999")]
    Lifetime,
    /// An opaque token that cannot stand in a header.
    #[error("opaque token is empty or has other characters than printable ASCII")]
    Opaque,
}

/// Mints tokens of one kind.
#[derive(Debug, Clone)]
pub struct TokenMaker {
    /// The key, which also decides the algorithm.
    pub key: TokenKey,
    /// From `iat` to `exp`. A negative one makes tokens that have already run out.
    pub lifetime: SignedDuration,
    /// The key id in the token's header.
    pub kid: Option<String>,
    /// The claim `iss`.
    pub issuer: Option<String>,
    /// The claim `aud`.
    pub audience: Option<String>,
    /// The claim `sub`.
    pub subject: Option<String>,
}

/// A token's header in the order in which it is written.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

/// A token's claims; the instants are whole seconds, which every verifier reads.
#[derive(Serialize)]
struct Claims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    iat: i64,
    exp: i64,
}

impl TokenMaker {
    /// A maker with the default lifetime and no optional claims.
    pub fn new(key: TokenKey) -> Self {
        Self { key, lifetime: LIFETIME, kid: None, issuer: None, audience: None, subject: None }
    }

    /// Makes the token of this moment.
    pub fn mint(&self, now: Timestamp) -> Result<Token, TokenError> {
        let exp = now.checked_add(self.lifetime).map_err(|_| TokenError::Lifetime)?;
        let header = Header { alg: self.key.algorithm().name(), typ: "JWT", kid: self.kid.as_deref() };
        let claims = Claims {
            iss: self.issuer.as_deref(),
            sub: self.subject.as_deref(),
            aud: self.audience.as_deref(),
            iat: now.as_second(),
            exp: exp.as_second(),
        };
        self.key.seal(&json(&header), &json(&claims))
    }
}

impl TokenKey {
    /// Signs a header and claims as they are given, sense or nonsense, and joins the three parts.
    pub fn seal(&self, header: &[u8], claims: &[u8]) -> Result<Token, TokenError> {
        let mut token = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        token.push_str(&signature);
        Ok(Token(token))
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("text and integers always serialise into memory")
}

#[cfg(test)]
mod tests;
