//! The fields of a request, from a form or from a flat JSON object: which there are, and what may stand in them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Refusal;

/// Fields by name. An empty one counts as absent, because browsers send those for inputs left blank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

/// Longest label: a brand, a country, a payment method.
const LONGEST_LABEL: usize = 64;

/// Longest id, as networks make them.
const LONGEST_ID: usize = 200;

impl Fields {
    /// Reads a form body.
    pub(super) fn form(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            fields.add(&name, value.into_owned())?;
        }
        Ok(fields)
    }

    /// Reads a JSON object. Numbers keep the text they are written in, so no amount passes through a float.
    pub(super) fn json(body: &[u8]) -> Result<Self, Refusal> {
        let no_object = || Refusal::new(axum::http::StatusCode::BAD_REQUEST, "json_invalid", "send one JSON object");
        let mut reader = serde_json::Deserializer::from_slice(body);
        let members = reader.deserialize_map(Members).map_err(|_| no_object())?;
        reader.end().map_err(|_| no_object())?;
        let mut fields = Self::default();
        for (name, value) in members {
            let value = scalar(&value).ok_or_else(|| {
                Refusal::schema("fields_invalid", "send text, numbers, true or false, and nothing nested")
            })?;
            fields.add(&name, value)?;
        }
        Ok(fields)
    }

    fn add(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        if self.0.contains_key(name) {
            return Err(Refusal::schema("fields_invalid", "send each field once"));
        }
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// Refuses fields that are not among `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        if self.0.keys().all(|name| known.contains(&name.as_str())) {
            return Ok(());
        }
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(Refusal::schema("fields_unknown", format!("this endpoint's fields are: {known}")))
    }

    /// The text of a field.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The text of a field that has to be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| Refusal::schema("field_missing", format!("{name}: required")))
    }

    /// A short printable text.
    pub(super) fn label(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        if is_label(text) {
            return Ok(Some(text.to_owned()));
        }
        let hint = format!("{name}: send 1 to {LONGEST_LABEL} printable characters");
        Err(Refusal::schema("field_invalid", hint))
    }

    /// An id made elsewhere.
    pub(super) fn id(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        if is_id(text) {
            return Ok(Some(text.to_owned()));
        }
        let hint = format!("{name}: send 1 to {LONGEST_ID} printable ASCII characters without spaces");
        Err(Refusal::schema("field_invalid", hint))
    }

    /// Whether a field says true; absent is false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::schema("field_invalid", format!("{name}: send true or false"))),
        }
    }

    /// Every field, in order of names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether a text is short and printable, in any script.
pub(in crate::operator) fn is_label(text: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Whether a text has the form of an id.
pub(in crate::operator) fn is_id(text: &str) -> bool {
    matches!(text.len(), 1..=LONGEST_ID) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A scalar as text; null as nothing.
fn scalar(value: &RawValue) -> Option<String> {
    match serde_json::from_str(value.get()).ok()? {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.get().to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The members of an object as they come, the same name twice included.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        const MOST: usize = 64;
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() == MOST {
                return Err(M::Error::custom("too many members"));
            }
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let form = Fields::form(b"amount=100.00&currency=USD&bonus=true&geo=&name=a%20b").expect("a form");
        let json = r#"{"amount": 100.00, "currency": "USD", "bonus": true, "geo": null, "name": "a b"}"#;
        let json = Fields::json(json.as_bytes()).expect("an object");
        assert_eq!(form, json);
        assert_eq!(
            (json.text("amount"), json.text("geo"), json.flag("bonus").ok()),
            (Some("100.00"), None, Some(true))
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for body in ["", "[]", "{", "1", r#"{"a":1}x"#, r#"{"a":{}}"#, r#"{"a":[1]}"#, r#"{"a":1,"a":1}"#] {
            assert!(Fields::json(body.as_bytes()).is_err(), "{body}");
        }
        assert!(Fields::form(b"a=1&a=2").is_err());
        let deep = "[".repeat(100_000);
        assert!(Fields::json(format!("{{\"a\":{deep}").as_bytes()).is_err());
        let many: Vec<_> = (0..100).map(|n| format!("\"{n}\":1")).collect();
        assert!(Fields::json(format!("{{{}}}", many.join(",")).as_bytes()).is_err());
    }

    #[test]
    fn fields_have_forms() {
        let fields = Fields::form("a=x&b=a%00b&c=caf%C3%A9&d=a%20b&e=perhaps".as_bytes()).expect("a form");
        assert!(fields.only(&["a", "b", "c", "d", "e"]).is_ok() && fields.only(&["a"]).is_err());
        assert!(fields.label("b").is_err() && fields.flag("e").is_err() && fields.required("f").is_err());
        assert_eq!(fields.label("c").ok().flatten().as_deref(), Some("café"));
        assert!(fields.id("c").is_err() && fields.id("d").is_err());
        assert_eq!(fields.id("a").ok().flatten().as_deref(), Some("x"));
    }
}
