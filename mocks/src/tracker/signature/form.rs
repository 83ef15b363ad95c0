//! Which text a body's signature covers in the scheme `s2s-json`: "canonical JSON" has no single meaning.
//!
//! The same deposit signs differently in each form, because of how `100.00` is written. RFC 8785 itself stands in
//! `tracker::canonical`; here is the choice, and the form that keeps numbers as they were written.

use serde::Deserialize;

use crate::tracker::canonical::SIGNATURE_MEMBER;
use crate::tracker::json::{Json, Member};

/// The canonical form that sender and tracker have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Canonical {
    /// RFC 8785 (JCS): sorted keys, numbers as ECMAScript writes them.
    #[default]
    Jcs,
    /// Sorted keys and no spaces, numbers as the sender wrote them.
    Sorted,
    /// The exact bytes of the body: not canonical at all, and broken by whoever reorders keys on the way.
    Raw,
}

impl Canonical {
    /// What it is called in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jcs => "jcs",
            Self::Sorted => "sorted",
            Self::Raw => "raw",
        }
    }
}

/// The body with sorted keys and without its own signature, every number as it was written.
pub(super) fn sorted(body: &Json) -> String {
    let mut out = String::new();
    match body {
        Json::Object(members) => object(members.iter().filter(|(name, _)| name != SIGNATURE_MEMBER), &mut out),
        other => value(other, &mut out),
    }
    out
}

fn value(json: &Json, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number.lexeme),
        Json::Text(content) => text(content, out),
        Json::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                value(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => object(members.iter(), out),
    }
}

/// Members come sorted already: the reader keeps them in the order of RFC 8785.
fn object<'a>(members: impl Iterator<Item = &'a Member<'a>>, out: &mut String) {
    out.push('{');
    for (index, (name, member)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        text(name, out);
        out.push(':');
        value(member, out);
    }
    out.push('}');
}

/// The library escapes what JSON has to escape and nothing else, controls without a short form as `\u00xx`.
fn text(content: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(content).expect("a string has a JSON form"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_numbers_stay() {
        let body = r#"{"signature":"x", "b":[1.50,-0.0,1E2,null,true], "a":{"signature":"é\u000f\n\/","A":{}}}"#;
        let body = Json::parse(body.as_bytes()).expect("valid JSON");
        assert_eq!(sorted(&body), r#"{"a":{"A":{},"signature":"é\u000f\n/"},"b":[1.50,-0.0,1E2,null,true]}"#);
    }
}
