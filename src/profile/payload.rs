//! A JSON object whose members can be changed one by one, every value kept in the text that it was typed or received
//! in: an amount of `100.00` stays `100.00`. Which members are changed is decided by the tools.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::sign::{Canonical, CanonicalError};

/// Members by name, values as their JSON text.
#[derive(Clone, Debug)]
pub struct Payload(BTreeMap<String, Box<RawValue>>);

/// Why a body cannot be changed member by member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// It is not JSON, or JSON that readers read in two ways.
    #[error(transparent)]
    Unreadable(#[from] CanonicalError),
    /// It is JSON, and no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A new value is not JSON.
    #[error("value of `{0}` is not JSON")]
    Value(String),
}

impl Payload {
    /// Reads a body.
    ///
    /// # Errors
    /// When it is no JSON object, or has a member twice.
    pub fn read(body: &[u8]) -> Result<Self, PayloadError> {
        // Which of two values of one name is meant nobody knows; the strict reader refuses that, and excessive depth.
        Canonical::Sorted.apply(body, None)?;
        serde_json::from_slice(body).map(Self).map_err(|_| PayloadError::NotAnObject)
    }

    /// Gives a member a value, which is kept as it is spelled.
    ///
    /// # Errors
    /// When the value is not JSON.
    pub fn set(&mut self, name: &str, json: &str) -> Result<(), PayloadError> {
        let value = RawValue::from_string(json.to_owned()).map_err(|_| PayloadError::Value(name.to_owned()))?;
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// Gives a member a text.
    pub fn set_text(&mut self, name: &str, text: &str) {
        let json = serde_json::Value::from(text).to_string();
        self.set(name, &json).expect("a JSON string is JSON");
    }

    /// Takes a member out; tells whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// Takes every member out but those.
    pub fn keep(&mut self, names: &[&str]) {
        self.0.retain(|name, _| names.contains(&name.as_str()));
    }

    /// The value of a member, as it is spelled.
    pub fn json(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.get())
    }

    /// The value of a member that is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// The names of members whose value, as spelled, holds a text.
    pub fn holding<'a>(&'a self, needle: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(_, value)| value.get().contains(needle)).map(|(name, _)| name.as_str())
    }

    /// The body: members in the order of RFC 8785, which is by UTF-16, without blanks between them.
    pub fn write(&self) -> Vec<u8> {
        let mut members: Vec<_> = self.0.iter().collect();
        members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
        let members = members.into_iter();
        let written =
            members.map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get()));
        format!("{{{}}}", written.collect::<Vec<_>>().join(",")).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(body: &str, change: impl FnOnce(&mut Payload)) -> String {
        let mut payload = Payload::read(body.as_bytes()).unwrap();
        change(&mut payload);
        String::from_utf8(payload.write()).unwrap()
    }

    #[test]
    fn values_keep_their_spelling_and_members_come_in_canonical_order() {
        let body = "{ \"b\": 100.00, \"a\" :{\"y\": 1e2} , \"\u{ff61}\":1, \"\u{10000}\":2 }";
        assert_eq!(changed(body, |_| ()), "{\"a\":{\"y\": 1e2},\"b\":100.00,\"\u{10000}\":2,\"\u{ff61}\":1}");
        let made = changed(body, |payload| {
            payload.set("b", " 0.10 ").unwrap();
            payload.set_text("c", "say \"x\"");
            assert!(payload.remove("a") && !payload.remove("a"));
        });
        assert!(made.starts_with(r#"{"b":0.10,"c":"say \"x\"","#), "{made}");
    }

    #[test]
    fn what_is_no_object_or_no_value_is_refused() {
        assert_eq!(Payload::read(b"[1]").unwrap_err(), PayloadError::NotAnObject);
        assert!(matches!(Payload::read(b"{").unwrap_err(), PayloadError::Unreadable(_)));
        assert!(matches!(Payload::read(b"\xff").unwrap_err(), PayloadError::Unreadable(CanonicalError::NotUtf8)));
        let twice = Payload::read(br#"{"a":1,"a":2}"#).unwrap_err();
        assert_eq!(twice, PayloadError::Unreadable(CanonicalError::DuplicateKey("a".into())));
        let mut payload = Payload::read(b"{}").unwrap();
        for bad in ["", "1,000", "1 2", "text", "{\"a\":}"] {
            assert_eq!(payload.set("a", bad), Err(PayloadError::Value("a".into())), "{bad:?}");
        }
        assert_eq!(payload.write(), b"{}");
    }

    #[test]
    fn texts_are_read_and_found() {
        let payload = Payload::read("{\"a\":\"x\\u0041\",\"b\":1,\"ip\":\"…\"}".as_bytes()).unwrap();
        assert_eq!((payload.text("a").as_deref(), payload.text("b"), payload.text("c")), (Some("xA"), None, None));
        assert_eq!(payload.holding("…").collect::<Vec<_>>(), ["ip"]);
    }
}
