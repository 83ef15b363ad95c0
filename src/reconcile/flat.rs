//! Objects as machines write them: flat, with texts that need no unescaping. They are most of every log, and reading them by hand takes
//! a third of the time. Whatever else a line may be, it is left to `ndjson`, which knows all of JSON and says what is wrong.

use std::borrow::Cow;

use super::row::Cells;
use crate::scenario::Field;

/// What remains of a line.
struct Rest<'a> {
    line: &'a str,
    at: usize,
}

/// What a flat object says. `None` of everything that is anything else, or says a known key twice.
pub(super) fn cells<'a>(line: &'a str, keys: &[(Box<str>, Field)]) -> Option<Cells<'a>> {
    // Raw control characters have no place in a JSON text.
    if line.bytes().filter(|byte| *byte < b' ').count() > 0 {
        return None;
    }
    let mut rest = Rest { line, at: 0 };
    let (mut cells, mut seen) = (Cells::default(), [false; Field::ALL.len()]);
    // Each line has its keys in the order of the one before, so that the next one is nearly always found where it is looked for first.
    let mut next = 0;
    rest.take(b'{')?;
    loop {
        let key = rest.text()?;
        rest.take(b':')?;
        let value = rest.value()?;
        let (before, behind) = keys.split_at(next);
        let place = behind.iter().chain(before).position(|(name, _)| **name == *key);
        if let Some(place) = place.map(|place| (place + next) % keys.len()) {
            let field = &keys.get(place)?.1;
            next = place + 1;
            if std::mem::replace(&mut seen[*field as usize], true) {
                return None;
            }
            cells.set(*field, Cow::Borrowed(value));
        }
        if rest.take(b',').is_none() {
            rest.take(b'}')?;
            return rest.line.get(rest.at..)?.trim_ascii().is_empty().then_some(cells);
        }
    }
}

impl<'a> Rest<'a> {
    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.line.as_bytes();
        while bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    /// A text without escapes.
    fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let from = self.at;
        let length = memchr::memchr2(b'"', b'\\', self.line.as_bytes().get(from..)?)?;
        self.at = from + length + 1;
        (self.line.as_bytes().get(from + length) == Some(&b'"')).then(|| self.line.get(from..from + length))?
    }

    /// A value as it is written; an empty text for null, as both say nothing.
    fn value(&mut self) -> Option<&'a str> {
        if self.next()? == b'"' {
            return self.text();
        }
        let from = self.at;
        let length = self.line.as_bytes().get(from..)?.iter().position(|byte| matches!(byte, b',' | b'}' | b' '))?;
        self.at = from + length;
        match self.line.get(from..self.at)? {
            "null" => Some(""),
            word @ ("true" | "false") => Some(word),
            number => is_number(number.as_bytes()).then_some(number),
        }
    }
}

/// Whether it is a number without an exponent (RFC 8259 §6).
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let leads_with_nought = whole > 1 && text.first() == Some(&b'0');
    let part = text.get(whole..).unwrap_or_default();
    let is_part = match part {
        [] => true,
        [b'.', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    whole > 0 && !leads_with_nought && is_part
}

#[cfg(test)]
mod tests {
    use super::super::columns::ColumnMap;
    use super::super::ndjson::NdjsonRows;
    use super::*;
    use proptest::prelude::*;

    fn rows() -> NdjsonRows {
        let keys = ["ts_event", "click_id", "amount"].map(str::to_owned);
        NdjsonRows::new(&keys, &ColumnMap::default().find(&keys).expect("columns"))
    }

    #[test]
    fn flat_objects_are_read_by_hand() {
        let line = r#"{"click_id": "é{}[],:", "other":true,"amount" :-0.50,"ts_event":null} "#;
        let cells = rows().by_hand(line).expect("it is flat");
        assert_eq!(
            (cells.get(Field::Click), cells.get(Field::Amount), cells.get(Field::At)),
            (Some("é{}[],:"), Some("-0.50"), None)
        );
    }

    #[test]
    fn all_else_is_left_alone() {
        for line in [
            "",
            "{}",
            "[1]",
            "{\"amount\":1",
            "{\"amount\":1}}",
            "{\"amount\":01}",
            "{\"amount\":1.}",
            "{\"amount\":1e2}",
            "{\"amount\":-}",
            "{\"amount\":[1]}",
            "{\"amount\":{\"a\":1}}",
            "{\"amount\":\"\\u0031\"}",
            "{\"amount\":1,\"amount\":2}",
            "{\"amount\":1,}",
            "{\"a\tb\":1}",
            "{\"amount\":nul}",
            "{amount:1}",
        ] {
            assert!(rows().by_hand(line).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn by_hand_reads_what_serde_reads(line in "\\{?(\"(ts_event|click_id|amount|x)\":(\"[a-z\\\\\"é]{0,3}\"|-?[0-9.e]{1,4}|true|null|\\[1\\])[,} ]{0,2}){0,4}\\}?") {
            if let Some(cells) = rows().by_hand(&line) {
                prop_assert_eq!(rows().by_serde(&line), Ok(cells), "{}", line);
            }
        }
    }
}
