//! The three forms of a body that can be signed, and why a body may have none.
//! Reading JSON is left to `json`, cutting a member out of a text to `member`, hashing to the schemes.

use std::{borrow::Cow, fmt, str::FromStr};

use serde_json::{Map, Number, Value};

use super::{
    json::{self, MAX_DEPTH, Node},
    member,
};

/// The rule by which a body becomes the payload that is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Canonical {
    /// RFC 8785, the JSON Canonicalization Scheme: keys in UTF-16 order, numbers as ECMAScript writes them.
    Jcs,
    /// Keys in code point order, no whitespace, numbers spelled as received.
    Sorted,
    /// The bytes as they are.
    Raw,
}

/// Why a body has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The body is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// The body is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// One object has the same key twice; parsers disagree on which value counts.
    #[error("key {0:?} stands twice in one object")]
    DuplicateKey(String),
    /// A string escapes half of a surrogate pair, which no UTF-8 text can hold.
    #[error("a string escapes a lone surrogate")]
    LoneSurrogate,
    /// An integer that would be signed as another one, because RFC 8785 numbers are doubles.
    #[error("integer {0} would be signed as another number (RFC 8785 numbers are doubles)")]
    InexactInteger(String),
    /// A number beyond the range of a double.
    #[error("number {0} is beyond the range of a double")]
    NumberRange(String),
    /// Arrays and objects nest deeper than the bound.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

/// A name that belongs to no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown canonical form {0:?}: write \"jcs\", \"sorted\" or \"raw\"")]
pub struct UnknownCanonical(String);

impl Canonical {
    /// Every form, in the order in which they are listed to users.
    pub const ALL: [Self; 3] = [Self::Jcs, Self::Sorted, Self::Raw];

    /// The name that profiles and reports use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Jcs => "jcs",
            Self::Sorted => "sorted",
            Self::Raw => "raw",
        }
    }

    /// The rule in words, for reports.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Jcs => "RFC 8785 (jcs)",
            Self::Sorted => "sorted keys with numbers as spelled (sorted)",
            Self::Raw => "the exact bytes (raw)",
        }
    }

    /// The payload that is signed: `body` in this form, less its top-level member `without`.
    pub fn apply<'a>(&self, body: &'a [u8], without: Option<&str>) -> Result<Cow<'a, [u8]>, CanonicalError> {
        match (self, without) {
            (Self::Raw, None) => Ok(Cow::Borrowed(body)),
            (Self::Raw, Some(name)) => member::cut(body, name),
            (Self::Jcs, _) => jcs(&parse_less(body, without)?).map(Cow::Owned),
            (Self::Sorted, _) => {
                let mut out = Vec::with_capacity(body.len());
                write_sorted(&mut parse_less(body, without)?, &mut out);
                Ok(Cow::Owned(out))
            }
        }
    }
}

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Canonical {
    type Err = UnknownCanonical;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|form| form.name() == name).ok_or_else(|| UnknownCanonical(name.to_owned()))
    }
}

fn parse_less<'a>(body: &'a [u8], without: Option<&str>) -> Result<Node<'a>, CanonicalError> {
    let mut node = json::parse(json::text(body)?)?;
    if let (Node::Object(members), Some(name)) = (&mut node, without) {
        members.retain(|(key, _)| key != name);
    }
    Ok(node)
}

fn jcs(node: &Node<'_>) -> Result<Vec<u8>, CanonicalError> {
    let value = with_doubles(node)?;
    serde_json_canonicalizer::to_vec(&value).map_err(|error| CanonicalError::NotJson(error.to_string()))
}

/// The tree as RFC 8785 sees it: every number a double. Keys are known to differ, so a map loses none.
fn with_doubles(node: &Node<'_>) -> Result<Value, CanonicalError> {
    Ok(match node {
        Node::Null => Value::Null,
        Node::Bool(value) => Value::Bool(*value),
        Node::Number(lexeme) => Value::Number(double(lexeme)?),
        Node::Text(text) => Value::String(text.clone()),
        Node::Array(items) => Value::Array(items.iter().map(with_doubles).collect::<Result<_, _>>()?),
        Node::Object(members) => {
            let pairs = members.iter().map(|(key, value)| Ok((key.clone(), with_doubles(value)?)));
            Value::Object(pairs.collect::<Result<Map<_, _>, CanonicalError>>()?)
        }
    })
}

/// The nearest double. The standard library rounds correctly, where `serde_json`'s fast path may be one unit off.
fn double(lexeme: &str) -> Result<Number, CanonicalError> {
    let out_of_range = || CanonicalError::NumberRange(lexeme.to_owned());
    let value: f64 = lexeme.parse().map_err(|_| out_of_range())?;
    let number = Number::from_f64(value).ok_or_else(out_of_range)?;
    if lexeme.contains(['.', 'e', 'E']) || denotes(lexeme, value) {
        Ok(number)
    } else {
        Err(CanonicalError::InexactInteger(lexeme.to_owned()))
    }
}

/// Whether the shortest decimal text of `value`, which is what gets signed, is the integer that was written.
fn denotes(lexeme: &str, value: f64) -> bool {
    let written = lexeme.trim_start_matches('-');
    let shortest = format!("{:e}", value.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let same_length = exponent.parse::<usize>().is_ok_and(|exponent| exponent + 1 == written.len());
    let digits = mantissa.bytes().filter(|byte| *byte != b'.');
    same_length && digits.chain(std::iter::repeat(b'0')).take(written.len()).eq(written.bytes())
}

fn write_sorted(node: &mut Node<'_>, out: &mut Vec<u8>) {
    match node {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Node::Number(lexeme) => out.extend_from_slice(lexeme.as_bytes()),
        Node::Text(text) => write_text(text, out),
        Node::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter_mut().enumerate() {
                separate(index, out);
                write_sorted(item, out);
            }
            out.push(b']');
        }
        Node::Object(members) => {
            // UTF-8 keeps code point order, so comparing the strings is enough.
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            out.push(b'{');
            for (index, (key, value)) in members.iter_mut().enumerate() {
                separate(index, out);
                write_text(key, out);
                out.push(b':');
                write_sorted(value, out);
            }
            out.push(b'}');
        }
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("a string always serialises into memory");
}

#[cfg(test)]
mod tests;
