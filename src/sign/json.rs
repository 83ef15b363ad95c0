//! A JSON tree that keeps what `serde_json::Value` loses: number lexemes as received, and the knowledge
//! that a key came twice. What is done with the tree is left to `canonical`, what is done to the text to `member`.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::CanonicalError;

/// How deep arrays and objects may nest. The tree is walked by recursion, and `serde_json`'s own limit is
/// 128 as well, so a body within it is one that common receivers can read.
pub(super) const MAX_DEPTH: usize = 128;

/// A JSON value whose numbers are still the text that was received.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(String),
    Array(Vec<Node<'a>>),
    Object(Vec<(String, Node<'a>)>),
}

/// The members of one object in their order, keys and values as raw text.
pub(super) struct Members<'a>(pub(super) Vec<(&'a RawValue, &'a RawValue)>);

/// The body as text; JSON between systems is UTF-8 (RFC 8259 section 8.1).
pub(super) fn text(body: &[u8]) -> Result<&str, CanonicalError> {
    std::str::from_utf8(body).map_err(|_| CanonicalError::NotUtf8)
}

/// Reads a whole document, refusing repeated keys, lone surrogates and excessive depth.
pub(super) fn parse(text: &str) -> Result<Node<'_>, CanonicalError> {
    // serde_json scans a raw value without recursion, so this line is safe at any depth
    // and leaves only well-formed text to the recursion below.
    node(read(text)?, 0)
}

/// The members of `text` when it is a JSON object, `None` when it is another JSON value.
pub(super) fn members(text: &str) -> Result<Option<Members<'_>>, CanonicalError> {
    let value: &RawValue = read(text)?;
    if value.get().starts_with('{') { read(value.get()).map(Some) } else { Ok(None) }
}

/// The characters of a raw string. After a scan only a lone surrogate can be wrong with it.
pub(super) fn unescape(raw: &RawValue) -> Result<String, CanonicalError> {
    serde_json::from_str(raw.get()).map_err(|_| CanonicalError::LoneSurrogate)
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, CanonicalError> {
    serde_json::from_str(text).map_err(|error| CanonicalError::NotJson(error.to_string()))
}

fn node(raw: &RawValue, depth: usize) -> Result<Node<'_>, CanonicalError> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(CanonicalError::TooDeep),
        Some(b'{') => Node::Object(object(text, depth + 1)?),
        Some(b'[') => {
            let items: Vec<&RawValue> = read(text)?;
            Node::Array(items.into_iter().map(|item| node(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Node::Text(unescape(raw)?),
        Some(b'n') => Node::Null,
        Some(b't') => Node::Bool(true),
        Some(b'f') => Node::Bool(false),
        _ => Node::Number(text),
    })
}

fn object(text: &str, depth: usize) -> Result<Vec<(String, Node<'_>)>, CanonicalError> {
    let Members(raw) = read(text)?;
    let mut seen = HashSet::with_capacity(raw.len());
    let mut members = Vec::with_capacity(raw.len());
    for (key, value) in raw {
        let key = unescape(key)?;
        if !seen.insert(key.clone()) {
            return Err(CanonicalError::DuplicateKey(key));
        }
        members.push((key, node(value, depth)?));
    }
    Ok(members)
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
