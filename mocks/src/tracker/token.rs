//! The bearer token of a postback: a short-lived JWT, HS256 and nothing else.
//!
//! The library checks the token's form and signature. Times are judged here, against an instant that is passed in.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use super::rules::Check;
use crate::answer::Refusal;

/// Shortest and longest life of a token, in seconds: 5 to 15 minutes.
const SHORTEST: f64 = 300.0;
const LONGEST: f64 = 900.0;

/// How far the two clocks may be apart, in seconds.
const LEEWAY: f64 = 30.0;

/// What a token has to say. Numeric dates may have fractions, and are never text.
#[derive(Deserialize)]
struct Claims {
    iat: f64,
    exp: f64,
    nbf: Option<f64>,
}

/// Checks bearer tokens with one key.
pub(super) struct TokenCheck {
    key: DecodingKey,
    validation: Validation,
}

impl TokenCheck {
    /// A check with the bytes of `secret`.
    pub(super) fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        // A token may name its audience; the tracker is not called by a name it could compare.
        validation.validate_aud = false;
        Self { key: DecodingKey::from_secret(secret.as_bytes()), validation }
    }

    /// Refuses a request without a token that is good at `now`; a skipped `expiry` lets old ones pass.
    pub(super) fn check(&self, headers: &HeaderMap, now: Timestamp, expiry: Check) -> Result<(), Refusal> {
        let missing = "send one Authorization: Bearer header with a token";
        let token = bearer(headers).ok_or_else(|| Refusal::token("token_missing", missing))?;
        let invalid = "sign the token with HS256 and give it iat and exp as numbers";
        let claims = decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|_| Refusal::token("token_invalid", invalid))?
            .claims;
        claims.judge(now, expiry)
    }
}

impl Claims {
    fn judge(&self, now: Timestamp, expiry: Check) -> Result<(), Refusal> {
        let now = now.as_duration().as_secs_f64();
        let life = self.exp - self.iat;
        // Written so that a life that is no number is refused as well.
        if !(SHORTEST..=LONGEST).contains(&life) {
            return Err(Refusal::token("token_lifetime", "let exp be 5 to 15 minutes after iat"));
        }
        if expiry == Check::Enforced && now > self.exp + LEEWAY {
            return Err(Refusal::token("token_expired", "mint a fresh token"));
        }
        if self.iat.max(self.nbf.unwrap_or(self.iat)) > now + LEEWAY {
            return Err(Refusal::token("token_premature", "check the clock: the token is not valid yet"));
        }
        Ok(())
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
mod tests {
    use axum::http::{HeaderValue, StatusCode};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const KEY: &str = "token key";
    const NOW: i64 = 1_761_059_551;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).expect("within range")
    }

    fn verdict(authorization: &[String]) -> Result<(), StatusCode> {
        let mut headers = HeaderMap::new();
        for value in authorization {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("a header value"));
        }
        TokenCheck::new(KEY).check(&headers, now(), Check::Enforced).map_err(|refusal| refusal.status())
    }

    fn minted(algorithm: Algorithm, key: &str, claims: &Value) -> String {
        let token = encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes()));
        format!("Bearer {}", token.expect("a token"))
    }

    fn good(claims: &Value) -> bool {
        verdict(&[minted(Algorithm::HS256, KEY, claims)]).is_ok()
    }

    #[test]
    fn lifetime_and_leeway_have_exact_bounds() {
        let life = |seconds: i64| good(&json!({"iat": NOW, "exp": NOW + seconds}));
        assert_eq!([299, 300, 900, 901].map(life), [false, true, true, false]);
        let expired_for = |seconds: i64| good(&json!({"iat": NOW - 600 - seconds, "exp": NOW - seconds}));
        assert_eq!([0, 30, 31].map(expired_for), [true, true, false]);
        let early_by = |seconds: i64| good(&json!({"iat": NOW + seconds, "exp": NOW + seconds + 600}));
        assert_eq!([0, 30, 31].map(early_by), [true, true, false]);
        assert!(!good(&json!({"iat": NOW, "exp": NOW + 600, "nbf": NOW + 60})));
    }

    #[test]
    fn claims_have_to_be_there_and_numbers() {
        assert!(good(&json!({"iat": NOW, "exp": NOW + 600, "aud": "tracker", "sub": "operator"})));
        assert!(good(&json!({"iat": NOW, "exp": 0.5 + 1_761_060_000.0})));
        assert!(!good(&json!({"exp": NOW + 600})));
        assert!(!good(&json!({"iat": NOW})));
        assert!(!good(&json!({"iat": NOW, "exp": (NOW + 600).to_string()})));
        assert!(!good(&json!({"iat": NOW, "exp": null})));
        assert!(!good(&json!([NOW, NOW + 600])) || !good(&json!({})));
    }

    #[test]
    fn only_one_hs256_token_with_the_key_is_taken() {
        let claims = json!({"iat": NOW, "exp": NOW + 600});
        let token = minted(Algorithm::HS256, KEY, &claims);
        let refused = Err(StatusCode::UNAUTHORIZED);
        assert_eq!(verdict(&[token.replacen("Bearer", "bearer", 1)]), Ok(()));
        assert_eq!(verdict(&[]), refused);
        assert_eq!(verdict(&[token.clone(), token.clone()]), refused);
        assert_eq!(verdict(&[token.replacen("Bearer", "Basic", 1)]), refused);
        assert_eq!(verdict(&[minted(Algorithm::HS256, "another key", &claims)]), refused);
        assert_eq!(verdict(&[minted(Algorithm::HS512, KEY, &claims)]), refused);
        let unsigned = token.rsplit_once('.').map(|(signed, _)| format!("{signed}.")).expect("three parts");
        assert_eq!(verdict(&[unsigned]), refused);
        assert_eq!(verdict(&["Bearer eyJhbGciOiJub25lIn0.e30.".to_owned()]), refused);
    }
}
