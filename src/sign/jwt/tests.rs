//! Tests of bearer tokens: jsonwebtoken's own decoder reads them, for all three algorithms and every key file form.

use jsonwebtoken::{DecodingKey, Validation, decode};
use serde_json::Value;

use super::*;
use crate::sign::Algorithm;

const RSA: [&[u8]; 2] = [
    include_bytes!("../../../tests/vectors/sign/keys/rsa_pkcs8.pem"),
    include_bytes!("../../../tests/vectors/sign/keys/rsa_pkcs1.pem"),
];
const P256: [&[u8]; 2] = [
    include_bytes!("../../../tests/vectors/sign/keys/p256_pkcs8.pem"),
    include_bytes!("../../../tests/vectors/sign/keys/p256_sec1.pem"),
];
const RSA_PUBLIC: &[u8] = include_bytes!("../../../tests/vectors/sign/keys/rsa_public.pem");
const P256_PUBLIC: &[u8] = include_bytes!("../../../tests/vectors/sign/keys/p256_public.pem");
const SHARED: &[u8] = b"postback-test-secret";

fn now() -> Timestamp {
    "2025-10-21T15:12:31.9Z".parse().unwrap()
}

fn maker(algorithm: Algorithm, secret: &[u8]) -> TokenMaker {
    TokenMaker::new(TokenKey::new(algorithm, &Secret::new(secret)).unwrap())
}

/// Reads a token as its receiver would, but for the clock: these tokens are from a fixed moment.
fn claims(token: &Token, algorithm: jsonwebtoken::Algorithm, key: &DecodingKey) -> jsonwebtoken::errors::Result<Value> {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    decode(token.expose(), key, &validation).map(|data| data.claims)
}

#[test]
fn all_three_algorithms_are_read_by_the_library() {
    use jsonwebtoken::Algorithm as Library;

    let shared = DecodingKey::from_secret(SHARED);
    let rsa = DecodingKey::from_rsa_pem(RSA_PUBLIC).unwrap();
    let p256 = DecodingKey::from_ec_pem(P256_PUBLIC).unwrap();
    for (algorithm, secret, library, key) in [
        (Algorithm::Hs256, SHARED, Library::HS256, &shared),
        (Algorithm::Rs256, RSA[0], Library::RS256, &rsa),
        (Algorithm::Rs256, RSA[1], Library::RS256, &rsa),
        (Algorithm::Es256, P256[0], Library::ES256, &p256),
        (Algorithm::Es256, P256[1], Library::ES256, &p256),
    ] {
        let token = maker(algorithm, secret).mint(now()).unwrap();
        let owed = serde_json::json!({ "iat": 1_761_059_551, "exp": 1_761_060_151 });
        assert_eq!(claims(&token, library, key).unwrap(), owed, "{algorithm:?}");

        let mut altered = token.expose().to_owned().into_bytes();
        let middle = altered.len() - 20;
        altered[middle] = if altered[middle] == b'A' { b'B' } else { b'A' };
        let altered = Token(String::from_utf8(altered).unwrap());
        assert!(claims(&altered, library, key).is_err(), "{algorithm:?}");
    }
}

#[test]
fn the_parts_are_written_as_documented() {
    let minted = TokenMaker {
        kid: Some("k1".to_owned()),
        issuer: Some("postproof".to_owned()),
        audience: Some("tracker".to_owned()),
        subject: Some("op_7".to_owned()),
        lifetime: SignedDuration::from_mins(-5),
        ..maker(Algorithm::Hs256, SHARED)
    };
    let token = minted.mint(now()).unwrap();
    let part = |index| {
        let part = token.expose().split('.').nth(index).unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(part(0), r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#);
    let owed = r#"{"iss":"postproof","sub":"op_7","aud":"tracker","iat":1761059551,"exp":1761059251}"#;
    assert_eq!(part(1), owed);
}

#[test]
fn nonsense_can_be_sealed_too() {
    let key = TokenKey::new(Algorithm::Hs256, &Secret::new(SHARED)).unwrap();
    let token = key.seal(br#"{"alg":"none"}"#, b"{}").unwrap();
    assert!(token.expose().starts_with("eyJhbGciOiJub25lIn0.e30."));
}

#[test]
fn a_lifetime_beyond_the_calendar_is_an_error() {
    let endless = TokenMaker { lifetime: SignedDuration::MAX, ..maker(Algorithm::Hs256, SHARED) };
    assert_eq!(endless.mint(now()), Err(TokenError::Lifetime));
}

#[test]
fn debug_output_hides_token_and_key() {
    let made = maker(Algorithm::Hs256, SHARED);
    let token = made.mint(now()).unwrap();
    assert_eq!(format!("{token:?}"), "Token(…)");
    assert!(!format!("{made:?}").contains("postback-test-secret"));
}
