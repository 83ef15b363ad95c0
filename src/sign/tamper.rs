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

/// A message with whatever signature, or none, in its place.
///
/// # Errors
/// When the signature has to be a member and the body cannot carry one.
pub fn attach(body: Vec<u8>, signature: Option<&str>, place: &Place) -> Result<Signed, SignError> {
    Ok(match (signature, place) {
        (None, _) => Signed { headers: Vec::new(), body: Some(body) },
        (Some(value), Place::Header(name)) => {
            Signed { headers: vec![(name.clone(), value.to_owned())], body: Some(body) }
        }
        (Some(value), Place::Member(name)) => {
            Signed { headers: Vec::new(), body: Some(member::insert(&body, name, value)?) }
        }
    })
}

/// The first half of a signature.
pub fn truncated(signature: &str) -> &str {
    signature.get(..signature.len() / 2).unwrap_or("")
}

/// The same object in another spelling: members from last to first, with spaces. No canonical form but `raw` changes.
///
/// # Errors
/// When the body is no JSON.
pub fn respelled(body: &[u8]) -> Result<Vec<u8>, CanonicalError> {
    let Some(json::Members(members)) = json::members(json::text(body)?)? else { return Ok(body.to_vec()) };
    let members: Vec<String> =
        members.iter().rev().map(|(key, value)| format!("{}: {}", key.get(), value.get())).collect();
    Ok(format!("{{ {} }}", members.join(", ")).into_bytes())
}

/// A canonical form whose bytes differ from the agreed one's for every respelled body.
pub fn another_form(agreed: Canonical) -> Canonical {
    match agreed {
        Canonical::Jcs | Canonical::Sorted => Canonical::Raw,
        Canonical::Raw => Canonical::Jcs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_respelled_body_differs_in_raw_form_only() {
        let body = br#"{"a":1,"b":{"c":"x"}}"#;
        let other = respelled(body).expect("JSON");
        assert_eq!(other, br#"{ "b": {"c":"x"}, "a": 1 }"#);
        for form in [Canonical::Jcs, Canonical::Sorted] {
            assert_eq!(form.apply(body, None), form.apply(&other, None));
        }
        for agreed in [Canonical::Jcs, Canonical::Sorted, Canonical::Raw] {
            assert_ne!(agreed.apply(&other, None), another_form(agreed).apply(&other, None), "{agreed:?}");
        }
    }

    #[test]
    fn what_was_attached_is_found_again() {
        for place in [Place::Header("X-Signature".into()), Place::Member("signature".into())] {
            let signed = attach(b"{\"a\":1}".to_vec(), Some("sha256=00"), &place).expect("attached");
            assert_eq!(signature_of(&signed, &place).as_deref(), Some("sha256=00"));
            let bare = attach(b"{\"a\":1}".to_vec(), None, &place).expect("bare");
            assert_eq!(signature_of(&bare, &place), None);
        }
    }
}
