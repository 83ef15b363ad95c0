//! Tests of the registry: each entry builds a scheme that bears its name, accepts what it signed, and nothing else.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

/// A key that every scheme takes: those with keys in base64 decode it, the others use its bytes.
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &[u8] = br#"{"event_id":"dep_1","amount":100.00}"#;
const SIGNED_AT: i64 = 1_614_265_330;

fn built() -> impl Iterator<Item = Box<dyn Scheme>> {
    SCHEMES.iter().map(|entry| (entry.build)(Settings::default()))
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn signed(scheme: &dyn Scheme) -> Vec<(String, String)> {
    scheme.sign(&Secret::new(KEY), &Message { body: BODY, id: "dep_1", at: instant(SIGNED_AT) }).unwrap().headers
}

fn verify(scheme: &dyn Scheme, headers: &[(String, String)], body: &[u8], now: i64) -> Result<(), Refusal> {
    scheme.verify(&Secret::new(KEY), &Delivered { headers, body, now: instant(now) })
}

#[test]
fn every_entry_builds_a_scheme_of_its_name() {
    for (entry, scheme) in SCHEMES.iter().zip(built()) {
        assert_eq!(scheme.name(), entry.name);
        assert!(!scheme.describe().is_empty() && !entry.about.is_empty());
        assert_eq!(find(entry.name).map(|found| found.name), Some(entry.name));
    }
    assert!(find("no-such-scheme").is_none());
}

#[test]
fn every_scheme_accepts_its_own_signature_and_no_other_key() {
    for scheme in built() {
        let headers = signed(&*scheme);
        assert_eq!(verify(&*scheme, &headers, BODY, SIGNED_AT), Ok(()), "{}", scheme.name());
        let place = scheme.place();
        assert!(headers.iter().any(|(name, _)| Place::Header(name.clone()) == place), "{place}");
        let another = scheme.another_key(&Secret::new(KEY));
        let delivered = Delivered { headers: &headers, body: BODY, now: instant(SIGNED_AT) };
        assert_eq!(scheme.verify(&another, &delivered), Err(Refusal::Mismatch), "{}", scheme.name());
        let message = Message { body: BODY, id: "dep_1", at: instant(SIGNED_AT) };
        assert!(scheme.sign(&another, &message).is_ok(), "a wrong key of the right look: {}", scheme.name());
    }
}

#[test]
fn the_hash_is_over_the_bytes_that_are_shown() {
    for scheme in built().filter(|scheme| scheme.name() != "standard-webhooks") {
        let message = Message { body: BODY, id: "dep_1", at: instant(SIGNED_AT) };
        let mac = HmacKey::new(&Secret::new(KEY)).mac(&scheme.signed_bytes(&message).unwrap());
        let spelled = [digest::Spelling::Hex, digest::Spelling::Base64].map(|spelling| spelling.write(&mac));
        let value = &signed(&*scheme).last().unwrap().1.clone();
        assert!(spelled.iter().any(|digest| value.ends_with(digest)), "{}: {value}", scheme.name());
    }
}

#[test]
fn a_missing_or_repeated_header_is_refused() {
    for scheme in built() {
        let headers = signed(&*scheme);
        for at in 0..headers.len() {
            let mut less = headers.clone();
            let taken = less.remove(at);
            let refused = verify(&*scheme, &less, BODY, SIGNED_AT);
            assert!(matches!(refused, Err(Refusal::Missing { .. })), "{}: {refused:?}", scheme.name());
            let more = [headers.clone(), vec![taken]].concat();
            let refused = verify(&*scheme, &more, BODY, SIGNED_AT);
            assert!(matches!(refused, Err(Refusal::Repeated { .. })), "{}: {refused:?}", scheme.name());
        }
    }
}

#[test]
fn windows_are_those_of_the_published_verifiers() {
    for (name, past, future) in [
        ("s2s-json", None, None),
        ("github", None, None),
        ("shopify", None, None),
        ("stripe", Some(300), None),
        ("slack", Some(300), Some(300)),
        ("standard-webhooks", Some(300), Some(300)),
    ] {
        let scheme = (find(name).unwrap().build)(Settings::default());
        let headers = signed(&*scheme);
        let at = |offset: i64| verify(&*scheme, &headers, BODY, SIGNED_AT + offset);
        assert_eq!(scheme.window(), past.map(|past| Window { past, future }), "{name}");
        assert_eq!((at(300), at(-300)), (Ok(()), Ok(())), "{name}");
        let old = past.map_or(Ok(()), |limit| Err(Refusal::TooOld { age: 301, limit }));
        let new = future.map_or(Ok(()), |limit| Err(Refusal::TooNew { ahead: 301, limit }));
        assert_eq!((at(301), at(-301)), (old, new), "{name}");
        // A signature that is wrong is called wrong, however old it is.
        let broken = verify(&*scheme, &headers, b"{}", SIGNED_AT + 10_000);
        assert_eq!(broken, Err(Refusal::Mismatch), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_changed_byte_breaks_the_signatures_over_exact_bytes(
        at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f, header in any::<prop::sample::Index>()
    ) {
        for scheme in built().filter(|scheme| scheme.canonical().is_none()) {
            let headers = signed(&*scheme);
            let mut body = BODY.to_vec();
            let place = at.index(body.len());
            if body[place] != byte {
                body[place] = byte;
                prop_assert_eq!(verify(&*scheme, &headers, &body, SIGNED_AT), Err(Refusal::Mismatch));
            }
            let mut changed = headers.clone();
            let value = &mut changed[header.index(headers.len())].1;
            let place = at.index(value.len());
            if value.as_bytes()[place] != byte {
                value.replace_range(place..=place, &char::from(byte).to_string());
                let refused = verify(&*scheme, &changed, BODY, SIGNED_AT);
                prop_assert!(refused.is_err(), "{}: {:?}", scheme.name(), changed);
            }
        }
    }

    #[test]
    fn no_header_makes_a_verifier_panic(value in "\\PC{0,80}", now in -1_000_i64..i64::from(u32::MAX)) {
        for scheme in built() {
            for at in 0..signed(&*scheme).len() {
                let mut headers = signed(&*scheme);
                headers[at].1.clone_from(&value);
                prop_assert!(verify(&*scheme, &headers, BODY, now).is_err());
            }
        }
    }
}
