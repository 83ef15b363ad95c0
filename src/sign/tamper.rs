//! What forgers do to a signed message: take the signature off, put another one on, spell the body otherwise.
//! Which forgery is made from which event is decided in `fault`.

use super::{Canonical, CanonicalError, Place, SignError, Signed, json, member};

/// The signature of a signed message, if it has one in its place.
pub fn signature_of(signed: &Signed, place: &Place) -> Option<String> {
    match place {
        Place::Header(name) => {
            signed.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        }
        Place::Member(name) => match member::read(signed.body.as_deref()?, name) {
            Ok(member::Found::Text(value)) => Some(value),
            _ => None,
        },
    }
}

/// A message with whatever signature, or none, in its place. Of the headers that were `sent` along, an id or a time,
/// the others stay as they are.
///
/// # Errors
/// When the signature has to be a member and the body cannot carry one.
pub fn attach(
    sent: &[(String, String)],
    body: Vec<u8>,
    signature: Option<&str>,
    place: &Place,
) -> Result<Signed, SignError> {
    match (place, signature) {
        (Place::Header(own), _) => {
            let others = sent.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(own)).cloned();
            let headers = others.chain(signature.map(|value| (own.clone(), value.to_owned()))).collect();
            Ok(Signed { headers, body: Some(body) })
        }
        (Place::Member(_), None) => Ok(Signed { headers: sent.to_vec(), body: Some(body) }),
        (Place::Member(name), Some(value)) => {
            Ok(Signed { headers: sent.to_vec(), body: Some(member::insert(&body, name, value)?) })
        }
    }
}

/// The first half of a signature.
pub fn truncated(signature: &str) -> &str {
    signature.get(..signature.len() / 2).unwrap_or("")
}

/// The same object in another spelling: members from last to first, with spaces, numbers with trailing zeros.
/// Its `jcs` form is the body's own; `sorted` and `raw` are others.
///
/// # Errors
/// When the body is no JSON.
pub fn respelled(body: &[u8]) -> Result<Vec<u8>, CanonicalError> {
    let Some(json::Members(members)) = json::members(json::text(body)?)? else { return Ok(body.to_vec()) };
    let members: Vec<String> =
        members.iter().rev().map(|(key, value)| format!("{}: {}", key.get(), longer(value.get()))).collect();
    Ok(format!("{{ {} }}", members.join(", ")).into_bytes())
}

/// A number with the zeros that cents are often written with; anything else as it is.
fn longer(value: &str) -> String {
    let number = value.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    match (number, value.contains('.')) {
        (true, true) => format!("{value}0"),
        (true, false) => format!("{value}.00"),
        (false, _) => value.to_owned(),
    }
}

/// What a sender signs who took another canonical form than the agreed one: the first that differs for this body.
///
/// # Errors
/// When the body has no canonical form.
pub fn another_payload(agreed: Canonical, body: &[u8]) -> Result<Vec<u8>, CanonicalError> {
    let own = agreed.apply(body, None)?.into_owned();
    for form in [Canonical::Jcs, Canonical::Sorted, Canonical::Raw] {
        let other = form.apply(body, None)?;
        if *other != *own {
            return Ok(other.into_owned());
        }
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_respelled_body_keeps_its_jcs_form_only() {
        let body = br#"{"a":1,"b":{"c":"x"},"d":2.5}"#;
        let other = respelled(body).expect("JSON");
        assert_eq!(other, br#"{ "d": 2.50, "b": {"c":"x"}, "a": 1.00 }"#);
        assert_eq!(Canonical::Jcs.apply(body, None), Canonical::Jcs.apply(&other, None));
        assert_ne!(Canonical::Sorted.apply(body, None), Canonical::Sorted.apply(&other, None));
        for agreed in [Canonical::Jcs, Canonical::Sorted, Canonical::Raw] {
            for body in [&other[..], br#"{ "b": "x", "a": "y" }"#] {
                assert_ne!(*agreed.apply(body, None).expect("JSON"), *another_payload(agreed, body).expect("JSON"));
            }
        }
    }

    #[test]
    fn what_was_attached_is_found_again() {
        let sent = [("webhook-id".to_owned(), "dep_1".to_owned()), ("x-signature".to_owned(), "old".to_owned())];
        for place in [Place::Header("X-Signature".into()), Place::Member("signature".into())] {
            let signed = attach(&sent, b"{\"a\":1}".to_vec(), Some("sha256=00"), &place).expect("attached");
            assert_eq!(signature_of(&signed, &place).as_deref(), Some("sha256=00"));
            assert_eq!(signed.headers[0], sent[0], "what else was sent stays");
            let bare = attach(&sent, b"{\"a\":1}".to_vec(), None, &place).expect("bare");
            assert_eq!(signature_of(&bare, &place), None);
            assert_eq!(bare.headers[0], sent[0]);
        }
    }
}
