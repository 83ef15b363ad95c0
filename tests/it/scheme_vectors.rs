//! The signature schemes against published examples and the vendors' own packages.
//! `tests/vectors/README.md` says where each value comes from.

use jiff::Timestamp;
use postproof::model::Secret;
use postproof::sign::{self, Delivered, Message, Refusal, SCHEMES, Settings};
use serde::Deserialize;

/// One signed message.
#[derive(Deserialize)]
struct Vector {
    name: String,
    scheme: String,
    key: String,
    id: String,
    at: i64,
    body: String,
    headers: Vec<(String, String)>,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../vectors/sign/schemes.json")).expect("vectors")
}

#[test]
fn every_scheme_signs_and_verifies_as_others_do() {
    for vector in vectors() {
        let scheme = (sign::find(&vector.scheme).expect(&vector.scheme).build)(Settings::default());
        let key = Secret::new(vector.key.as_str());
        let at = Timestamp::from_second(vector.at).expect("an instant");
        let body = vector.body.as_bytes();
        let signed = scheme.sign(&key, &Message { body, id: &vector.id, at }).expect("signable");
        assert_eq!((signed.headers, signed.body), (vector.headers.clone(), None), "{}", vector.name);
        let delivered = Delivered { headers: &vector.headers, body, now: at };
        assert_eq!(scheme.verify(&key, &delivered), Ok(()), "{}", vector.name);
        let changed = Delivered { body: &body[1..], ..delivered };
        assert_eq!(scheme.verify(&key, &changed), Err(Refusal::Mismatch), "{}", vector.name);
    }
}

#[test]
fn every_scheme_over_exact_bytes_has_vectors() {
    let vectors = vectors();
    for entry in SCHEMES.iter().filter(|entry| entry.name != "s2s-json") {
        assert!(vectors.iter().any(|vector| vector.scheme == entry.name), "{}", entry.name);
    }
}
