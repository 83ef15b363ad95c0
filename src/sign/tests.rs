//! Tests of the registry: each entry builds a scheme that bears its name and accepts what it signed.

use super::*;

#[test]
fn every_entry_builds_a_scheme_of_its_name() {
    for entry in SCHEMES {
        let scheme = (entry.build)(Settings::default());
        assert_eq!(scheme.name(), entry.name);
        assert!(!scheme.describe().is_empty() && !entry.about.is_empty());
        assert_eq!(find(entry.name).map(|found| found.name), Some(entry.name));
    }
    assert!(find("no-such-scheme").is_none());
}

#[test]
fn every_scheme_accepts_its_own_signature_and_no_other_key() {
    let key = Secret::new("postback-test-secret");
    let body = br#"{"event_id":"dep_1","amount":100.00}"#;
    let at = jiff::Timestamp::UNIX_EPOCH;
    for entry in SCHEMES {
        let scheme = (entry.build)(Settings::default());
        let signed = scheme.sign(&key, &Message { body, id: "dep_1", at }).expect("the body is signable");
        let sent = signed.body.as_deref().unwrap_or(body);
        let delivered = Delivered { headers: &signed.headers, body: sent, now: at };
        assert_eq!(scheme.verify(&key, &delivered), Ok(()), "{}", entry.name);
        assert!(scheme.verify(&Secret::new("another"), &delivered).is_err(), "{}", entry.name);
    }
}
