//! Redaction of what a target sent back, before it is logged or shown: a target may echo a token, a secret
//! or a player's address, and none of them may appear in output.

/// What must not appear.
#[derive(Clone, Default)]
pub struct Redactor {
    needles: Vec<String>,
}

/// Longest excerpt of an answer, in characters.
const EXCERPT: usize = 200;

impl Redactor {
    /// Adds a text that must not appear. Very short ones are passed over: hiding every "a" hides nothing.
    #[must_use]
    pub fn and(mut self, needle: impl Into<String>) -> Self {
        let needle = needle.into();
        if needle.len() >= 4 {
            // An echo within JSON may be escaped, slashes too.
            let escaped = serde_json::Value::from(needle.as_str()).to_string();
            let escaped = escaped[1..escaped.len() - 1].to_owned();
            self.needles.push(needle.replace('/', r"\/"));
            self.needles.push(escaped.replace('/', r"\/"));
            self.needles.push(escaped);
            self.needles.push(needle);
        }
        self
    }

    /// Adds what another one takes out.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.needles.extend(other.needles.iter().cloned());
        self
    }

    /// Whether a text holds anything that must not appear.
    pub fn finds(&self, text: &str) -> bool {
        self.needles.iter().any(|needle| text.contains(needle.as_str()))
    }

    /// The whole text on one line, printable, with what must not appear taken out.
    pub fn text(&self, bytes: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for needle in &self.needles {
            text = text.replace(needle.as_str(), "…");
        }
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// The beginning of a text on one line, printable, with what must not appear taken out.
    pub fn excerpt(&self, bytes: &[u8]) -> String {
        let text = self.text(bytes);
        let mut shown: String = text.chars().take(EXCERPT).collect();
        if text.chars().nth(EXCERPT).is_some() {
            shown.push('…');
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_are_taken_out() {
        let redactor = Redactor::default().and("s3cr3t-key").and("203.0.113.7").and("a");
        assert_eq!(
            Redactor::default().and("Mozilla/5.0 \"x\"").excerpt(br#"{"ua":"Mozilla\/5.0 \"x\""}"#),
            r#"{"ua":"…"}"#
        );
        let shown = redactor.excerpt(b"bad key s3cr3t-key from 203.0.113.7\n\x1b[31mat");
        assert_eq!(shown, "bad key … from …  [31mat");
        assert_eq!(redactor.excerpt(&[b'x'; 500]).chars().count(), EXCERPT + 1);
    }
}
