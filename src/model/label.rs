//! Labels: the names of brands, affiliates, campaigns and the like, ready to stand in JSON.

use std::fmt;

/// A text together with its JSON form, which is made once so that writing a body copies bytes only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    plain: String,
    json: String,
}

impl Label {
    /// Makes a label of any text.
    pub fn new(plain: impl Into<String>) -> Self {
        let plain = plain.into();
        // A JSON string by serde_json is escaped as RFC 8785 section 3.2.2.2 wants it.
        let json = serde_json::to_string(&plain).expect("a text can always be written");
        Self { plain, json }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.plain
    }

    /// The text as a JSON string with its quotes.
    pub fn json(&self) -> &[u8] {
        self.json.as_bytes()
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_is_escaped() {
        assert_eq!(Label::new("a\"b\u{7}é\n").json(), "\"a\\\"b\\u0007é\\n\"".as_bytes());
    }
}
