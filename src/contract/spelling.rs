//! Spellings: the same document in other bytes. Its canonical form is the same one, so the agreed signature holds, and a
//! receiver that reads JSON reads the same.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// How a document is spelled otherwise than canonically.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Its members in the reverse of their canonical order.
    Backwards,
    /// With blanks, tabs and line breaks wherever JSON has room for them (RFC 8259 §2).
    Spaced,
    /// Every ASCII letter and digit of names and texts as a `\u` escape (RFC 8259 §7).
    EscapedAscii,
    /// Every character beyond ASCII as `\u` escapes, those beyond U+FFFF as surrogate pairs.
    EscapedText,
}

impl Spelling {
    /// A JSON object, spelled so. Only its own members are respelled, not those of objects within it.
    pub(super) fn of(self, object: &[u8]) -> Vec<u8> {
        let members: BTreeMap<String, Box<RawValue>> =
            serde_json::from_slice(object).expect("drafts write JSON objects");
        let mut members: Vec<(String, String)> =
            members.iter().map(|(name, value)| (self.text(name), self.value(value.get()))).collect();
        if self == Self::Backwards {
            members.reverse();
        }
        let (open, colon, comma, close) = match self {
            Self::Spaced => ("\r\n{\n\t", " : ", "\t,\r\n    ", "\n } \n"),
            _ => ("{", ":", ",", "}"),
        };
        let written: Vec<String> = members.into_iter().map(|(name, value)| format!("{name}{colon}{value}")).collect();
        format!("{open}{}{close}", written.join(comma)).into_bytes()
    }

    fn value(self, json: &str) -> String {
        serde_json::from_str::<String>(json).map_or_else(|_| json.to_owned(), |text| self.text(&text))
    }

    fn text(self, text: &str) -> String {
        let wanted = |c: char| match self {
            Self::Backwards | Self::Spaced => false,
            Self::EscapedAscii => c.is_ascii_alphanumeric(),
            Self::EscapedText => !c.is_ascii(),
        };
        let mut json = String::from('"');
        for c in text.chars() {
            if wanted(c) {
                json.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            } else {
                let alone = serde_json::Value::from(c.to_string()).to_string();
                json.push_str(alone.trim_start_matches('"').strip_suffix('"').unwrap_or_default());
            }
        }
        json.push('"');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::Canonical;

    const ALL: [Spelling; 4] = [Spelling::Backwards, Spelling::Spaced, Spelling::EscapedAscii, Spelling::EscapedText];
    const BODY: &str = r#"{"amount":100.00,"campaign":"São \"1\" 🎰\n","event_id":"dep_1"}"#;

    fn spelled(spelling: Spelling) -> String {
        String::from_utf8(spelling.of(BODY.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn every_spelling_is_other_bytes_with_the_same_canonical_form() {
        for form in [Canonical::Jcs, Canonical::Sorted] {
            let canonical = form.apply(BODY.as_bytes(), None).expect("canonical");
            for spelling in ALL {
                let text = spelled(spelling);
                assert_ne!(text, BODY, "{spelling:?}");
                assert_eq!(form.apply(text.as_bytes(), None).expect("JSON"), canonical, "{spelling:?}: {text}");
            }
        }
    }

    #[test]
    fn each_changes_what_it_says() {
        assert!(spelled(Spelling::Backwards).starts_with(r#"{"event_id":"dep_1","campaign":"#));
        assert!(spelled(Spelling::Spaced).starts_with("\r\n{\n\t\"amount\" : 100.00\t,"));
        let ascii = spelled(Spelling::EscapedAscii);
        assert!(ascii.contains(r#""\u0064\u0065\u0070_\u0031""#) && ascii.contains("🎰\\n"), "{ascii}");
        assert!(!ascii.contains("event_id"), "names are escaped as well: {ascii}");
        let text = spelled(Spelling::EscapedText);
        assert!(text.contains(r#""S\u00e3o \"1\" \ud83c\udfb0\n""#), "{text}");
    }
}
