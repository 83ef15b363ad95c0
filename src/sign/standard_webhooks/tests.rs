//! Tests of `standard-webhooks`: both families of headers, the list, the key and what each is refused for.

use jiff::Timestamp;

use super::*;

const KEY_TEXT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &[u8] = b"{\"event_id\":\"dep_1\"}";
const NOW: i64 = 1_614_265_330;

fn key() -> Secret {
    Secret::new(KEY_TEXT)
}

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn signed() -> Vec<(String, String)> {
    StandardWebhooks.sign(&key(), &Message { body: BODY, id: "dep_1", at: now() }).unwrap().headers
}

fn verify(headers: &[(String, String)]) -> Result<(), Refusal> {
    StandardWebhooks.verify(&key(), &Delivered { headers, body: BODY, now: now() })
}

/// The headers with the value of one changed.
fn with(name: &str, value: &str) -> Vec<(String, String)> {
    let mut headers = signed();
    headers.iter_mut().find(|(key, _)| key == name).expect(name).1 = value.to_owned();
    headers
}

fn renamed(from: &str, to: &str) -> Vec<(String, String)> {
    signed().into_iter().map(|(name, value)| (name.replace(from, to), value)).collect()
}

#[test]
fn both_families_are_read_and_not_at_once() {
    assert_eq!(verify(&signed()), Ok(()));
    assert_eq!(verify(&renamed("webhook-", "Svix-")), Ok(()));
    let both = [signed(), renamed("webhook-", "svix-")].concat();
    assert!(matches!(verify(&both), Err(Refusal::Repeated { .. })));
    let mixed = renamed("webhook-id", "svix-id");
    assert!(matches!(verify(&mixed), Err(Refusal::Repeated { .. })));
}

#[test]
fn each_header_is_needed_once() {
    for header in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let less: Vec<_> = signed().into_iter().filter(|(name, _)| name != header).collect();
        assert_eq!(verify(&less), Err(Refusal::Missing { place: format!("header {header}") }));
        let twice = [signed(), signed().into_iter().filter(|(name, _)| name == header).collect()].concat();
        assert_eq!(verify(&twice), Err(Refusal::Repeated { place: format!("header {header}") }));
    }
    assert_eq!(verify(&[]), Err(Refusal::Missing { place: "header webhook-signature".to_owned() }));
}

#[test]
fn any_v1_of_the_list_may_match() {
    let own = signed()[2].1.clone();
    let other = format!("v1,{}", Spelling::Base64.write(&[0; 32]));
    assert_eq!(verify(&with("webhook-signature", &format!("v1a,x {other} {own}"))), Ok(()));
    assert_eq!(verify(&with("webhook-signature", &format!("{other} {other}"))), Err(Refusal::Mismatch));
    let long = vec![own.as_str(); 17].join(" ");
    for bad in ["", "v1", "v1,", "v1a,x", &own[3..], &own[..20], &format!("{own}  {own}"), &long] {
        let refused = verify(&with("webhook-signature", bad));
        assert!(matches!(refused, Err(Refusal::Malformed { .. })), "{bad:?}: {refused:?}");
    }
}

#[test]
fn id_and_time_are_signed_and_have_a_form() {
    assert_eq!(verify(&with("webhook-id", "dep_2")), Err(Refusal::Mismatch));
    assert_eq!(verify(&with("webhook-timestamp", "1614265331")), Err(Refusal::Mismatch));
    for (header, bad) in [("webhook-id", ""), ("webhook-timestamp", "now"), ("webhook-timestamp", "01614265330")] {
        assert!(matches!(verify(&with(header, bad)), Err(Refusal::Malformed { .. })), "{header} {bad:?}");
    }
}

#[test]
fn keys_are_base64_with_or_without_their_prefix() {
    let bare = Secret::new(&KEY_TEXT[6..]);
    let headers = signed();
    let delivered = Delivered { headers: &headers, body: BODY, now: now() };
    assert_eq!(StandardWebhooks.verify(&bare, &delivered), Ok(()));
    for bad in ["", "whsec_", "plain secret!", "whsec_é"] {
        let message = Message { body: BODY, id: "dep_1", at: now() };
        assert_eq!(
            StandardWebhooks.sign(&Secret::new(bad), &message),
            Err(SignError::Key { expected: KEY }),
            "{bad:?}"
        );
        assert_eq!(StandardWebhooks.verify(&Secret::new(bad), &delivered), Err(Refusal::Key { expected: KEY }));
    }
    let other = StandardWebhooks.another_key(&key());
    assert_ne!(other, key());
    assert_eq!(StandardWebhooks.verify(&other, &delivered), Err(Refusal::Mismatch), "usable, and another one");
}

#[test]
fn what_no_header_can_hold_is_not_signed() {
    for id in ["", "two words", "ключ", &"x".repeat(256)] {
        let refused = StandardWebhooks.sign(&key(), &Message { body: BODY, id, at: now() });
        assert_eq!(refused, Err(SignError::Id { limit: 255 }), "{id:?}");
    }
    let before = Timestamp::from_second(-1).unwrap();
    let refused = StandardWebhooks.sign(&key(), &Message { body: BODY, id: "dep_1", at: before });
    assert_eq!(refused, Err(SignError::Instant));
}
