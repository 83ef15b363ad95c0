//! The bearer token of a postback: a short-lived JWT, HS256 and nothing else.
//!
//! The library checks the token's form and signature. Times are judged here, against an instant that is passed in.
//! During a rotation two keys are live; a token may name its key by `kid`. Senders use a token more than once, so what
//! a verified one says is remembered in `remembered`. What was agreed about tokens stands in `tokens`.

mod misread;
mod remembered;
mod tokens;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::rules::{Check, TokenReading};
use crate::answer::Refusal;
use remembered::Remembered;
pub use tokens::{PreviousKey, Tokens};

/// Shortest and longest life of a token, in seconds: 5 to 15 minutes.
const SHORTEST: f64 = 300.0;
const LONGEST: f64 = 900.0;

/// How far the two clocks may be apart, in seconds.
const LEEWAY: f64 = 30.0;

/// What a token has to say. Numeric dates may have fractions, and are never text.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Claims {
    iat: f64,
    exp: f64,
    nbf: Option<f64>,
}

/// Checks bearer tokens with the live keys.
pub(super) struct TokenCheck {
    keys: Vec<Key>,
    validation: Validation,
    remembered: Remembered,
    reading: TokenReading,
}

struct Key {
    kid: Option<String>,
    key: DecodingKey,
}

impl TokenCheck {
    /// A check with the bytes of these secrets, each with the `kid` that it goes by, if any.
    ///
    /// A token that names a `kid` is checked with that key alone, one that names none with every key. Where no key has
    /// a name, a token's `kid` means nothing here.
    pub(super) fn new(keys: &[(Option<&str>, &str)]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        // A token may name its audience; unless told one, the tracker is not called by a name it could compare.
        validation.validate_aud = false;
        let keys = keys
            .iter()
            .map(|(kid, secret)| Key { kid: kid.map(str::to_owned), key: DecodingKey::from_secret(secret.as_bytes()) });
        Self { keys: keys.collect(), validation, remembered: Remembered::default(), reading: TokenReading::default() }
    }

    /// The same check, with tokens read in that way.
    pub(super) fn read_as(self, reading: TokenReading) -> Self {
        Self { reading, ..self }
    }

    /// Takes only tokens that name this audience, alone or in a list.
    pub(super) fn for_audience(mut self, audience: &str) -> Self {
        self.validation.validate_aud = true;
        self.validation.set_audience(&[audience]);
        self.validation.required_spec_claims.insert("aud".to_owned());
        self
    }

    /// Takes only tokens that name this issuer.
    pub(super) fn by_issuer(mut self, issuer: &str) -> Self {
        self.validation.set_issuer(&[issuer]);
        self.validation.required_spec_claims.insert("iss".to_owned());
        self
    }

    /// Refuses a request without a token that is good at `now`; a skipped `expiry` lets old ones pass.
    pub(super) fn check(&self, headers: &HeaderMap, now: Timestamp, expiry: Check) -> Result<(), Refusal> {
        let missing = "send one Authorization: Bearer header with a token";
        let token = bearer(headers).ok_or_else(|| Refusal::token("token_missing", missing))?;
        if let Some(claims) = self.remembered.claims(token) {
            return claims.judge(now, expiry, self.reading);
        }
        let invalid = "sign the token with HS256, name a live key or none, and give it iat and exp as numbers";
        let claims = self.verified(token).ok_or_else(|| Refusal::token("token_invalid", invalid))?;
        claims.judge(now, expiry, self.reading)?;
        self.remembered.keep(token, claims, now);
        Ok(())
    }

    /// What the token says, if one of the keys that it may be signed with has signed it.
    fn verified(&self, token: &str) -> Option<Claims> {
        if self.reading.algorithm == Check::Skipped
            && let Some(claims) = misread::unsigned(token)
        {
            return Some(claims);
        }
        let named = self.keys.iter().any(|key| key.kid.is_some());
        let kid = if named { decode_header(token).ok()?.kid } else { None };
        let mut live = self.keys.iter().filter(|key| kid.is_none() || key.kid == kid);
        if self.reading.expiry_form == Check::Skipped {
            return live.find_map(|key| misread::unending(token, &key.key, &self.validation));
        }
        live.find_map(|key| decode::<Claims>(token, &key.key, &self.validation).ok()).map(|data| data.claims)
    }
}

impl Claims {
    fn judge(&self, now: Timestamp, expiry: Check, reading: TokenReading) -> Result<(), Refusal> {
        let now = now.as_duration().as_secs_f64();
        let life = self.exp - self.iat;
        // Written so that a life that is no number is refused as well.
        if !(SHORTEST..=LONGEST).contains(&life) && !self.may_live_so(reading) {
            return Err(Refusal::token("token_lifetime", "let exp be 5 to 15 minutes after iat"));
        }
        if expiry == Check::Enforced && now > self.exp + LEEWAY {
            return Err(Refusal::token("token_expired", "mint a fresh token"));
        }
        let is_premature = self.iat.max(self.nbf.unwrap_or(self.iat)) > now + LEEWAY;
        if is_premature && reading.start == Check::Enforced {
            return Err(Refusal::token("token_premature", "check the clock: the token is not valid yet"));
        }
        Ok(())
    }

    /// Whether a life that is too short or too long is let pass.
    fn may_live_so(&self, reading: TokenReading) -> bool {
        reading.lifetime == Check::Skipped || (reading.expiry_form == Check::Skipped && self.exp == f64::INFINITY)
    }
}

/// The token of the one Authorization header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests;
