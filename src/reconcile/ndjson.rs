//! Rows of NDJSON: one object a line. Numbers stay the text that they were written as, so that no amount passes through a float.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::Columns;
use super::reason::{Reason, excerpt};
use super::row::Cells;
use crate::model::{NextKey, flat_members};
use crate::scenario::Field;

/// Reads objects whose keys are known.
pub(super) struct NdjsonRows {
    /// The keys that say something, in the order in which they stand in the first objects.
    keys: Vec<Box<str>>,
    /// What each of them says.
    fields: Vec<Field>,
}

/// The keys of the objects among these lines, in the order in which they are first met. What is no object has none.
pub(super) fn keys(ahead: &[u8]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for line in ahead.split(|byte| *byte == b'\n') {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let mut reader = serde_json::Deserializer::from_str(line);
        let Ok(keys) = reader.deserialize_map(KeysOf) else { continue };
        for key in keys {
            if known.insert(key.clone()) {
                found.push(key);
            }
        }
    }
    found
}

impl NdjsonRows {
    /// Reads the columns of those keys.
    pub(super) fn new(keys: &[String], columns: &Columns) -> Self {
        let key = |(place, key): (usize, &String)| {
            let field = Field::ALL.into_iter().find(|field| columns.place(*field) == Some(place))?;
            Some((key.as_str().into(), field))
        };
        let (keys, fields) = keys.iter().enumerate().filter_map(key).unzip();
        Self { keys, fields }
    }

    /// What an object says.
    pub(super) fn cells<'a>(&self, line: &'a [u8]) -> Result<Cells<'a>, Reason> {
        let line = std::str::from_utf8(line).map_err(|error| Reason::Encoding(error.valid_up_to()))?;
        self.by_hand(line).map_or_else(|| self.by_serde(line), Ok)
    }

    /// What a flat object says, which most are.
    fn by_hand<'a>(&self, line: &'a str) -> Option<Cells<'a>> {
        let (mut cells, mut seen) = (Cells::default(), [false; Field::ALL.len()]);
        let mut next = NextKey::default();
        flat_members(line, |key, value| {
            let Some(field) = next.place(&self.keys, key).and_then(|place| self.fields.get(place)) else {
                return Some(());
            };
            // A key that stands there twice is left to who says so.
            let is_first = !std::mem::replace(&mut seen[*field as usize], true);
            // An empty text says as little as null.
            is_first.then(|| cells.set(*field, Cow::Borrowed(value.unwrap_or_default())))
        })?;
        Some(cells)
    }

    /// What any object says.
    fn by_serde<'a>(&self, line: &'a str) -> Result<Cells<'a>, Reason> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let mut reason = None;
        let row = RowOf { rows: self, reason: &mut reason };
        let cells = reader.deserialize_map(row).and_then(|cells| reader.end().map(|()| cells));
        match (reason, cells) {
            (Some(reason), _) => Err(reason),
            (None, Ok(cells)) => Ok(cells),
            (None, Err(error)) => Err(Reason::NotJson(excerpt(&error.to_string()))),
        }
    }
}

/// The keys of one object.
struct KeysOf;

impl<'de> Visitor<'de> for KeysOf {
    type Value = Vec<String>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, IgnoredAny)) = map.next_entry()? {
            keys.push(key);
        }
        Ok(keys)
    }
}

/// One object's row. Why it is none is told beside serde's error, which could not hold it.
struct RowOf<'r> {
    rows: &'r NdjsonRows,
    reason: &'r mut Option<Reason>,
}

impl<'de> Visitor<'de> for RowOf<'_> {
    type Value = Cells<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut cells = Cells::default();
        let mut seen = [false; Field::ALL.len()];
        while let Some(field) = map.next_key_seed(FieldOf(self.rows))? {
            let Some(field) = field else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = value(map.next_value::<&'de RawValue>()?.get(), field);
            let value = match value {
                _ if std::mem::replace(&mut seen[field as usize], true) => Err(Reason::Twice(field.name())),
                value => value,
            };
            match value {
                Ok(None) => {}
                Ok(Some(text)) => cells.set(field, text),
                Err(reason) => {
                    *self.reason = Some(reason);
                    return Err(A::Error::custom("no row"));
                }
            }
        }
        Ok(cells)
    }
}

/// The field of a key, if it has one.
struct FieldOf<'r>(&'r NdjsonRows);

impl<'de> DeserializeSeed<'de> for FieldOf<'_> {
    type Value = Option<Field>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldOf<'_> {
    type Value = Option<Field>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        let place = self.0.keys.iter().position(|name| **name == *key);
        Ok(place.and_then(|place| self.0.fields.get(place)).copied())
    }
}

/// The text of a JSON value as it is written; nothing for null.
fn value(raw: &str, field: Field) -> Result<Option<Cow<'_, str>>, Reason> {
    match raw.as_bytes().first() {
        Some(b'"') if memchr::memchr(b'\\', raw.as_bytes()).is_none() => {
            Ok(raw.get(1..raw.len().saturating_sub(1)).map(Cow::Borrowed))
        }
        Some(b'"') => {
            let text =
                serde_json::from_str::<String>(raw).map_err(|error| Reason::NotJson(excerpt(&error.to_string())))?;
            Ok(Some(Cow::Owned(text)))
        }
        Some(b'n') => Ok(None),
        Some(b'{' | b'[') => Err(Reason::Nested(field.name())),
        _ => Ok(Some(Cow::Borrowed(raw))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::reconcile::columns::ColumnMap;

    fn rows() -> NdjsonRows {
        let keys = ["ts_event", "click_id", "amount"].map(str::to_owned);
        NdjsonRows::new(&keys, &ColumnMap::default().find(&keys).expect("columns"))
    }

    fn reason(line: &str) -> Reason {
        rows().cells(line.as_bytes()).map(|_| ()).expect_err(line)
    }

    #[test]
    fn values_stay_as_they_were_written() {
        let rows = rows();
        let line = br#"{"other":[1,{}],"amount":100.00,"click_id":"a\"\u00e9","ts_event":1760000000}"#;
        let cells = rows.cells(line).expect("a row");
        assert_eq!(cells.get(Field::Amount), Some("100.00"));
        assert_eq!(cells.get(Field::Click), Some("a\"é"));
        assert_eq!(cells.get(Field::At), Some("1760000000"));
        let cells = rows.cells(br#"{"amount":null}"#).expect("a row");
        assert_eq!((cells.get(Field::Amount), cells.get(Field::Click)), (None, None));
    }

    #[test]
    fn what_is_no_row_is_told() {
        assert!(matches!(reason("[1]"), Reason::NotJson(_)));
        assert!(matches!(reason(r#"{"amount":1"#), Reason::NotJson(_)));
        assert!(matches!(reason(r#"{"amount":1} x"#), Reason::NotJson(_)));
        assert_eq!(reason(r#"{"amount":{"value":1}}"#), Reason::Nested("amount"));
        assert_eq!(reason(r#"{"amount":1,"amount":2}"#), Reason::Twice("amount"));
        assert_eq!(rows().cells(b"{\"amount\":\"\xff\"}").map(|_| ()), Err(Reason::Encoding(11)));
    }

    proptest! {
        #[test]
        fn by_hand_reads_what_serde_reads(line in "\\{?(\"(ts_event|click_id|amount|x)\":(\"[a-z\\\\\"é]{0,3}\"|-?[0-9.e]{1,4}|true|null|\\[1\\])[,} ]{0,2}){0,4}\\}?") {
            if let Some(cells) = rows().by_hand(&line) {
                prop_assert_eq!(rows().by_serde(&line), Ok(cells), "{}", line);
            }
        }
    }

    #[test]
    fn a_key_twice_is_not_read_by_hand() {
        assert_eq!(rows().by_hand(r#"{"amount":1,"amount":2}"#), None);
        let swapped = rows().by_hand(r#"{"amount":1,"x":3,"ts_event":"t","click_id":null}"#).expect("it is flat");
        assert_eq!(
            (swapped.get(Field::Amount), swapped.get(Field::At), swapped.get(Field::Click)),
            (Some("1"), Some("t"), None)
        );
    }

    #[test]
    fn keys_are_gathered_from_all_objects() {
        assert_eq!(keys(b"{\"a\":1,\"b\":2}\nnothing\n\xff\n{\"c\":{\"d\":1},\"a\":3}"), ["a", "b", "c"]);
    }
}
