//! Tests of `s2s-json`: both places, every refusal, and the property that makes a signature worth having.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const BODY: &[u8] = br#"{"event":"deposit_success","event_id":"dep_1","amount":100.00}"#;

fn key() -> Secret {
    Secret::new("postback-test-secret")
}

fn schemes() -> Vec<S2sJson> {
    let places = [Place::Header("X-Signature".to_owned()), Place::Member("signature".to_owned())];
    let settings =
        places.map(|place| Canonical::ALL.map(|canonical| S2sJson::new(Settings { canonical, place: place.clone() })));
    settings.concat()
}

fn signed(scheme: &S2sJson, body: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let message = Message { body, id: "dep_1", at: Timestamp::UNIX_EPOCH };
    let signed = scheme.sign(&key(), &message).unwrap();
    (signed.headers, signed.body.unwrap_or_else(|| body.to_vec()))
}

fn verify(scheme: &S2sJson, headers: &[(String, String)], body: &[u8]) -> Result<(), Refusal> {
    scheme.verify(&key(), &Delivered { headers, body, now: Timestamp::UNIX_EPOCH })
}

fn header(value: &str) -> Vec<(String, String)> {
    vec![("x-SIGNATURE".to_owned(), value.to_owned())]
}

#[test]
fn what_is_signed_verifies_in_every_form_and_place() {
    for scheme in schemes() {
        let (headers, body) = signed(&scheme, BODY);
        assert_eq!(verify(&scheme, &headers, &body), Ok(()), "{}", scheme.describe());
        assert_eq!(headers.is_empty(), matches!(scheme.settings.place, Place::Member(_)));
        serde_json::from_slice::<serde_json::Value>(&body).unwrap();
    }
}

#[test]
fn the_rule_is_described_in_words() {
    assert_eq!(
        S2sJson::new(Settings::default()).describe(),
        "HMAC-SHA256 over RFC 8785 (jcs) of the body without its member `signature`, in header X-Signature"
    );
    let raw = Settings { canonical: Canonical::Raw, ..Settings::default() };
    assert_eq!(S2sJson::new(raw).describe(), "HMAC-SHA256 over the exact bytes (raw), in header X-Signature");
}

#[test]
fn the_member_may_stand_without_its_prefix() {
    let scheme = S2sJson::new(Settings { place: Place::Member("signature".to_owned()), ..Settings::default() });
    let (_, body) = signed(&scheme, BODY);
    let bare = String::from_utf8(body).unwrap().replace("sha256=", "");
    assert_eq!(verify(&scheme, &[], bare.as_bytes()), Ok(()));
}

#[test]
fn jcs_accepts_another_spelling_and_raw_does_not() {
    let pretty = b"{ \"amount\": 1e2,\n \"event_id\":\"\\u0064ep_1\",\"event\":\"deposit_success\" }";
    for scheme in schemes() {
        let (headers, _) = signed(&scheme, BODY);
        if let Place::Header(_) = scheme.settings.place {
            let owed = if scheme.settings.canonical == Canonical::Jcs { Ok(()) } else { Err(Refusal::Mismatch) };
            assert_eq!(verify(&scheme, &headers, pretty), owed, "{}", scheme.describe());
        }
    }
}

#[test]
fn every_header_that_is_no_signature_is_refused() {
    let scheme = S2sJson::new(Settings::default());
    let (headers, _) = signed(&scheme, BODY);
    let value = headers[0].1.as_str();
    assert_eq!(verify(&scheme, &header(value), BODY), Ok(()));
    assert!(matches!(verify(&scheme, &[], BODY), Err(Refusal::Missing { .. })));
    assert!(matches!(verify(&scheme, &[header(value), header(value)].concat(), BODY), Err(Refusal::Repeated { .. })));
    let digits = &value[7..];
    let capitals = format!("sha256={}", digits.to_uppercase());
    for bad in ["", "sha256=", digits, &value[..70], &capitals, &format!("{value}0"), &format!("sha1={digits}")] {
        assert!(matches!(verify(&scheme, &header(bad), BODY), Err(Refusal::Malformed { .. })), "{bad:?}");
    }
    let other = format!("sha256={}", "0".repeat(64));
    assert_eq!(verify(&scheme, &header(&other), BODY), Err(Refusal::Mismatch));
    assert!(matches!(verify(&scheme, &header(value), b"{"), Err(Refusal::Canonical(_))));
}

#[test]
fn every_member_that_is_no_signature_is_refused() {
    let scheme = S2sJson::new(Settings { place: Place::Member("sig".to_owned()), ..Settings::default() });
    let refusal = |body: &str| verify(&scheme, &[], body.as_bytes()).unwrap_err();
    assert!(matches!(refusal(r#"{"a":1}"#), Refusal::Missing { .. }));
    assert!(matches!(refusal("[]"), Refusal::Missing { .. }));
    assert!(matches!(refusal(r#"{"sig":7}"#), Refusal::Malformed { .. }));
    assert!(matches!(refusal(r#"{"sig":"ab","sig":"ab"}"#), Refusal::Repeated { .. }));
    assert!(matches!(refusal("sig=ab"), Refusal::Canonical(_)));
}

#[test]
fn a_body_that_cannot_be_signed_says_why() {
    let sign = |scheme: &S2sJson, body: &[u8]| {
        scheme.sign(&key(), &Message { body, id: "", at: Timestamp::UNIX_EPOCH }).unwrap_err()
    };
    let member = S2sJson::new(Settings { place: Place::Member("signature".to_owned()), ..Settings::default() });
    assert_eq!(sign(&member, b"[]"), SignError::NotAnObject { member: "signature".to_owned() });
    assert_eq!(sign(&member, br#"{"signature":""}"#), SignError::MemberTaken { member: "signature".to_owned() });
    let twice = CanonicalError::DuplicateKey("a".to_owned());
    assert_eq!(sign(&S2sJson::new(Settings::default()), br#"{"a":1,"a":2}"#), SignError::Canonical(twice));
}

/// JSON objects in assorted spellings, so that a changed byte can hit whitespace, escapes and lexemes too.
fn bodies() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,3})?([eE][+-]?[0-9])?",
        "[a-zé \u{1f600}]{0,6}".prop_map(|text| format!("\"{text}\"")),
        "(\\\\u00[2-7][0-9a-f]|\\\\n|\\\\/){0,3}".prop_map(|text| format!("\"{text}\"")),
    ];
    let value = value.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
            inner.prop_map(|item| format!("{{\"in\" : {item}}}")),
        ]
    });
    let members = prop::collection::btree_map("[a-d]{1,2}", (value, "[ \n\t]{0,2}"), 0..5);
    members.prop_map(|members| {
        let members =
            members.into_iter().map(|(key, (value, space))| format!("{space}\"{key}\":{space}{value}{space}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A changed body verifies exactly when what is signed and the signature that it carries stayed the same.
    #[test]
    fn a_changed_byte_of_the_body_breaks_the_signature_unless_the_payload_is_the_same(
        body in bodies(), at in any::<prop::sample::Index>(), byte in prop_oneof![any::<u8>(), 0x20_u8..0x7f]
    ) {
        for scheme in schemes() {
            let (headers, sent) = signed(&scheme, body.as_bytes());
            let mut changed = sent.clone();
            let at = at.index(changed.len());
            prop_assume!(changed[at] != byte);
            changed[at] = byte;
            let same_payload = scheme.payload(&changed).is_ok_and(|payload| payload == scheme.payload(&sent).unwrap());
            let same_signature = match &scheme.settings.place {
                Place::Header(_) => true,
                Place::Member(name) => member::read(&changed, name) == member::read(&sent, name),
            };
            let accepted = verify(&scheme, &headers, &changed).is_ok();
            prop_assert_eq!(accepted, same_payload && same_signature, "{}", scheme.describe());
            if scheme.settings.canonical == Canonical::Raw {
                prop_assert!(!accepted, "raw forgives nothing");
            }
        }
    }

    #[test]
    fn a_changed_byte_of_the_signature_breaks_it(
        body in bodies(), at in 0_usize..71, byte in 0x20_u8..0x7f
    ) {
        for scheme in schemes() {
            let (mut headers, mut sent) = signed(&scheme, body.as_bytes());
            let value = match &scheme.settings.place {
                Place::Header(_) => headers[0].1.clone(),
                Place::Member(name) => match member::read(&sent, name).unwrap() {
                    Found::Text(text) => text,
                    other => panic!("no signature in the body: {other:?}"),
                },
            };
            prop_assume!(value.as_bytes()[at] != byte);
            let mut changed = value.clone().into_bytes();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            match headers.first_mut() {
                Some((_, header)) => *header = changed,
                None => sent = String::from_utf8(sent).unwrap().replace(&value, &changed).into_bytes(),
            }
            prop_assert!(verify(&scheme, &headers, &sent).is_err(), "{}", scheme.describe());
        }
    }
}
