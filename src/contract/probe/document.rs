//! A JSON object as its members in their order, keys and values in the text that they stand in: what can be taken apart,
//! changed and put together again. Keys that come twice are kept.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object's members, and how they are laid out when they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    /// Key with its quotes, and value.
    pub(super) members: Vec<(String, String)>,
    /// What stands between tokens.
    pub(super) blank: &'static str,
    /// Whether the object is the only item of an array.
    pub(super) wrapped: bool,
}

impl Document {
    /// Takes a body apart.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub(super) fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        let Members(members) = serde_json::from_slice(body)?;
        Ok(Self { members, blank: "", wrapped: false })
    }

    /// Puts it together.
    pub(super) fn write(&self) -> Vec<u8> {
        let blank = self.blank;
        let members: Vec<String> =
            self.members.iter().map(|(key, value)| format!("{blank}{key}{blank}:{blank}{value}{blank}")).collect();
        let object = format!("{blank}{{{}}}{blank}", members.join(","));
        if self.wrapped { format!("[{object}]") } else { object }.into_bytes()
    }

    /// The value of a member of that name.
    pub(super) fn value(&mut self, name: &str) -> Option<&mut String> {
        let key = quoted(name);
        self.members.iter_mut().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Where the member of that name stands.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let key = quoted(name);
        self.members.iter().position(|(known, _)| *known == key)
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
                    members.push((key.get().to_owned(), value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
