//! Work on one top-level member of a JSON text that leaves every other byte alone: read, cut, insert.
//! It serves signatures that travel inside the body they sign; forms and hashes are left to `canonical` and the schemes.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    CanonicalError, SignError,
    json::{self, Members},
};

/// What stands under a member's name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Absent,
    Text(String),
    /// There, and not a string.
    Other,
    /// There more than once.
    Repeated,
}

/// Reads the member `name` of `body`; a body that is no object has none.
pub(super) fn read(body: &[u8], name: &str) -> Result<Found, CanonicalError> {
    let Some(Members(members)) = json::members(json::text(body)?)? else {
        return Ok(Found::Absent);
    };
    let mut found = Found::Absent;
    for (key, value) in members {
        if json::unescape(key)? == name {
            found = match found {
                Found::Absent if value.get().starts_with('"') => Found::Text(json::unescape(value)?),
                Found::Absent => Found::Other,
                _ => return Ok(Found::Repeated),
            };
        }
    }
    Ok(found)
}

/// Cuts the member `name` out with one comma. A name that stands twice is an error: there is no one text without it.
pub(super) fn cut<'a>(body: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>, CanonicalError> {
    let text = json::text(body)?;
    let Some(Members(members)) = json::members(text)? else {
        return Ok(Cow::Borrowed(body));
    };
    let mut at = None;
    for (index, (key, _)) in members.iter().enumerate() {
        if json::unescape(key)? == name && at.replace(index).is_some() {
            return Err(CanonicalError::DuplicateKey(name.to_owned()));
        }
    }
    let Some(at) = at else {
        return Ok(Cow::Borrowed(body));
    };
    let (key, value) = members[at];
    let (mut from, mut to) = (start(text, key), end(text, value));
    if at > 0 {
        from = comma_after(text, end(text, members[at - 1].1));
    } else if members.len() > 1 {
        to = comma_after(text, to) + 1;
    }
    Ok(Cow::Owned([&body[..from], &body[to..]].concat()))
}

/// Adds the member `name` behind the last one, directly after its value, so that [`cut`] gives `body` back.
pub(super) fn insert(body: &[u8], name: &str, value: &str) -> Result<Vec<u8>, SignError> {
    let text = json::text(body)?;
    let Some(Members(members)) = json::members(text)? else {
        return Err(SignError::NotAnObject { member: name.to_owned() });
    };
    for (key, _) in &members {
        if json::unescape(key)? == name {
            return Err(SignError::MemberTaken { member: name.to_owned() });
        }
    }
    let (at, comma) = match members.last() {
        Some((_, last)) => (end(text, last), ","),
        None => (text.find('{').map_or(0, |brace| brace + 1), ""),
    };
    let member = format!("{comma}{}:{}", quoted(name), quoted(value));
    Ok([&body[..at], member.as_bytes(), &body[at..]].concat())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where a raw value begins in the text that it was read from.
fn start(text: &str, raw: &RawValue) -> usize {
    raw.get().as_ptr().addr() - text.as_ptr().addr()
}

fn end(text: &str, raw: &RawValue) -> usize {
    start(text, raw) + raw.get().len()
}

/// The comma behind a value; between two members there is one, with nothing but whitespace around it.
fn comma_after(text: &str, at: usize) -> usize {
    text[at..].find(',').map_or(at, |offset| at + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_text(body: &str) -> Result<String, CanonicalError> {
        cut(body.as_bytes(), "signature").map(|rest| String::from_utf8_lossy(&rest).into_owned())
    }

    #[test]
    fn cuts_one_member_and_one_comma() {
        for (body, rest) in [
            (r#"{"a":1,"signature":"x"}"#, r#"{"a":1}"#),
            ("{\n  \"a\": 1 ,\n  \"signature\": \"x\"\n}\n", "{\n  \"a\": 1 \n}\n"),
            (r#"{"signature":"x", "a":1}"#, r#"{ "a":1}"#),
            (r#"{"a":1,"signature":{"signature":","}, "b":[1, 2]}"#, r#"{"a":1, "b":[1, 2]}"#),
            (r#"{ "signature" : null }"#, "{  }"),
            (r#"{"\u0073ignature":"x"}"#, "{}"),
            (r#"{"a":{"signature":"x"}}"#, r#"{"a":{"signature":"x"}}"#),
            (r#"["signature"]"#, r#"["signature"]"#),
        ] {
            assert_eq!(cut_text(body).as_deref(), Ok(rest), "{body}");
        }
    }

    #[test]
    fn refuses_to_cut_what_is_ambiguous_or_no_json() {
        let twice = cut_text(r#"{"signature":"x","a":1,"signature":"y"}"#);
        assert_eq!(twice, Err(CanonicalError::DuplicateKey("signature".to_owned())));
        for body in ["", "{", r#"{"a":1}{"b":2}"#, "signature=x", "\u{feff}{}"] {
            assert!(matches!(cut_text(body), Err(CanonicalError::NotJson(_))), "{body:?}");
        }
    }

    #[test]
    fn insert_is_undone_by_cut() {
        for body in ["{}", "{ }\n", r#"{"a":1}"#, "{\n  \"a\": [1, {}]\n}\n", " {\"a\":\"}\" , \"b\":2 } "] {
            let signed = insert(body.as_bytes(), "signature", "sha256=00").unwrap();
            serde_json::from_slice::<serde_json::Value>(&signed).unwrap();
            assert_eq!(read(&signed, "signature"), Ok(Found::Text("sha256=00".to_owned())));
            assert_eq!(cut(&signed, "signature").as_deref(), Ok(body.as_bytes()), "{body:?}");
        }
    }

    #[test]
    fn insert_refuses_a_taken_name_and_what_is_no_object() {
        let taken = insert(br#"{"signature":1}"#, "signature", "x");
        assert_eq!(taken, Err(SignError::MemberTaken { member: "signature".to_owned() }));
        let array = insert(b"[]", "signature", "x");
        assert_eq!(array, Err(SignError::NotAnObject { member: "signature".to_owned() }));
    }

    #[test]
    fn read_tells_the_four_cases_apart() {
        assert_eq!(read(br#"{"a":1}"#, "signature"), Ok(Found::Absent));
        assert_eq!(read(b"7", "signature"), Ok(Found::Absent));
        assert_eq!(read(br#"{"signature":7}"#, "signature"), Ok(Found::Other));
        assert_eq!(read(br#"{"signature":7,"signature":"x"}"#, "signature"), Ok(Found::Repeated));
        assert_eq!(read(br#"{"signature":"\u0061"}"#, "signature"), Ok(Found::Text("a".to_owned())));
    }
}
