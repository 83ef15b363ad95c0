//! The bearer token of a JSON postback: HS256, good for ten minutes, made for each attempt.

use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde::Serialize;

use super::super::rules::Token;
use super::super::settings::TokenTerms;

/// Between the 5 and 15 minutes of seed 003 §5.
const LIFE_S: i64 = 600;

/// How long ago the operator of the defect was installed.
const INSTALLED: Duration = Duration::from_hours(1);

/// Mints tokens with one key.
pub(super) struct Mint {
    key: EncodingKey,
    installed: Timestamp,
    rule: Token,
}

#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
}

impl Mint {
    /// A mint with the bytes of `secret`, opened at `now`.
    pub(super) fn new(secret: &str, rule: Token, now: Timestamp) -> Self {
        let installed = now.saturating_sub(INSTALLED).unwrap_or(now);
        Self { key: EncodingKey::from_secret(secret.as_bytes()), installed, rule }
    }

    /// A token of the instant `now` that names what the network wants.
    pub(super) fn token(&self, terms: &TokenTerms, now: Timestamp) -> jsonwebtoken::errors::Result<String> {
        let iat = match self.rule {
            Token::Fresh => now.as_second(),
            Token::FromInstallation => self.installed.as_second(),
        };
        let header = Header { kid: terms.kid.clone(), ..Header::default() };
        let (aud, iss) = (terms.audience.as_deref(), terms.issuer.as_deref());
        encode(&header, &Claims { iat, exp: iat + LIFE_S, aud, iss }, &self.key)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::Value;

    use super::*;

    fn minted(rule: Token, kid: Option<&str>, key: &str) -> Option<(i64, i64, Option<String>)> {
        let opened = Timestamp::from_second(1_000_000).expect("within range");
        let used = Timestamp::from_second(1_005_000).expect("within range");
        let terms = TokenTerms { kid: kid.map(str::to_owned), ..TokenTerms::default() };
        let token = Mint::new("k", rule, opened).token(&terms, used).expect("a token");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let read = decode::<Value>(&token, &DecodingKey::from_secret(key.as_bytes()), &validation).ok()?;
        Some((read.claims["iat"].as_i64()?, read.claims["exp"].as_i64()?, read.header.kid))
    }

    #[test]
    fn tokens_are_of_the_moment() {
        assert_eq!(minted(Token::Fresh, None, "k"), Some((1_005_000, 1_005_600, None)));
        assert_eq!(minted(Token::Fresh, Some("a"), "k"), Some((1_005_000, 1_005_600, Some("a".to_owned()))));
        assert_eq!(minted(Token::Fresh, None, "another"), None);
    }

    #[test]
    fn a_token_names_its_audience_and_issuer_where_that_is_wanted() {
        let now = Timestamp::from_second(1_000_000).expect("within range");
        let mint = Mint::new("k", Token::Fresh, now);
        let mut validation = Validation::new(Algorithm::HS256);
        (validation.validate_exp, validation.required_spec_claims) = (false, ["aud", "iss"].map(str::to_owned).into());
        validation.set_audience(&["tracker"]);
        validation.set_issuer(&["operator"]);
        let taken = |terms: &TokenTerms| {
            let token = mint.token(terms, now).expect("a token");
            decode::<Value>(&token, &DecodingKey::from_secret(b"k"), &validation).is_ok()
        };
        let (audience, issuer) = (Some("tracker".to_owned()), Some("operator".to_owned()));
        assert!(taken(&TokenTerms { kid: None, audience, issuer }));
        assert!(!taken(&TokenTerms::default()));
    }

    #[test]
    fn a_token_from_installation_has_long_expired() {
        assert_eq!(minted(Token::FromInstallation, None, "k"), Some((996_400, 997_000, None)));
    }
}
