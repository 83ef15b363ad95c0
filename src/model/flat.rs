//! JSON objects as machines write them: flat, with texts that need no unescaping. They are most of every log and of every read-back, and
//! reading them in place takes a third of the time. Whatever else a text may be is left to whoever reads all of JSON.

/// What remains of a text.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

/// Where the next key of an object is expected among those that are known: machines write all their objects in one order.
#[derive(Default)]
pub(crate) struct NextKey(usize);

impl NextKey {
    /// The place of a key among the known ones.
    pub(crate) fn place<K: AsRef<str>>(&mut self, known: &[K], key: &str) -> Option<usize> {
        let is_it = |name: &K| name.as_ref() == key;
        let place = if known.get(self.0).is_some_and(is_it) { self.0 } else { known.iter().position(is_it)? };
        self.0 = place + 1;
        Some(place)
    }
}

/// Visits the members of a flat object in their order: the key, and a text without its quotes, a number or a word as it is written, or
/// nothing for null. `None` where `visit` says so, and of everything that is no flat object; some members may have been visited by then.
pub(crate) fn flat_members<'a>(
    text: &'a str,
    mut visit: impl FnMut(&'a str, Option<&'a str>) -> Option<()>,
) -> Option<()> {
    let mut rest = Rest { text, at: 0 };
    rest.take(b'{')?;
    loop {
        let key = rest.text()?;
        rest.take(b':')?;
        visit(key, rest.value()?)?;
        if rest.take(b',').is_none() {
            rest.take(b'}')?;
            return rest.next().is_none().then_some(());
        }
    }
}

impl<'a> Rest<'a> {
    /// The next byte that is no space (RFC 8259 §2).
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
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
        let rest = self.text.as_bytes().get(from..)?;
        let length = special(rest)?;
        self.at = from + length + 1;
        if rest.get(length) == Some(&b'"') { self.text.get(from..from + length) } else { None }
    }

    /// A value as it is written.
    #[expect(clippy::option_option, reason = "a value that is null is not the same as no value")]
    fn value(&mut self) -> Option<Option<&'a str>> {
        if self.next()? == b'"' {
            return self.text().map(Some);
        }
        let from = self.at;
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
        let length = self.text.as_bytes().get(from..)?.iter().position(ends)?;
        self.at = from + length;
        match self.text.get(from..self.at)? {
            "null" => Some(None),
            word @ ("true" | "false") => Some(Some(word)),
            number => is_number(number.as_bytes()).then_some(Some(number)),
        }
    }
}

/// How far it is to the first quote, backslash or control character, none of which has a place in a text without escapes.
///
/// Eight bytes are looked at together: what is subtracted from a byte that is too small borrows from its highest bit (S. E. Anderson, "Bit
/// Twiddling Hacks": a zero byte in a word). A borrow may mark a later byte falsely and never an earlier one, so that the first is right.
fn special(text: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, bound: u8| word.wrapping_sub(EACH * u64::from(bound)) & !word & (EACH << 7);
    let same = |word: u64, byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    let (words, rest) = text.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let marked = same(word, b'"') | same(word, b'\\') | below(word, b' ');
        if marked != 0 {
            return Some(place * 8 + marked.trailing_zeros() as usize / 8);
        }
    }
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
    found.map(|found| words.len() * 8 + found)
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
    use super::*;
    use proptest::prelude::*;

    type Members<'a> = Vec<(&'a str, Option<&'a str>)>;

    fn members(text: &str) -> Option<Members<'_>> {
        let mut found = Vec::new();
        flat_members(text, |key, value| {
            found.push((key, value));
            Some(())
        })
        .map(|()| found)
    }

    #[test]
    fn flat_objects_are_read_in_place() {
        let text = "{\"click_id\": \"é{}[],:\",\n\t\"other\":true,\"amount\" :-0.50 ,\"ts_event\":null}\r\n";
        let expected =
            [("click_id", Some("é{}[],:")), ("other", Some("true")), ("amount", Some("-0.50")), ("ts_event", None)];
        assert_eq!(members(text).as_deref(), Some(expected.as_slice()));
    }

    #[test]
    fn all_else_is_left_alone() {
        for text in [
            "",
            "{}",
            "[1]",
            "{\"amount\":1",
            "{\"amount\":1}}",
            "{\"amount\":1}\u{c}",
            "{\"amount\":01}",
            "{\"amount\":1.}",
            "{\"amount\":1e2}",
            "{\"amount\":-}",
            "{\"amount\":[1]}",
            "{\"amount\":{\"a\":1}}",
            "{\"amount\":\"\\u0031\"}",
            "{\"amount\":1,}",
            "{\"a\tb\":1}",
            "{\"a\":\"\n\"}",
            "{\"amount\":nul}",
            "{amount:1}",
        ] {
            assert_eq!(members(text), None, "{text}");
        }
    }

    #[test]
    fn keys_are_found_in_any_order() {
        let (mut next, known) = (NextKey::default(), ["a", "b", "c"]);
        let places = ["a", "b", "x", "c", "b", "c", "a"].map(|key| next.place(&known, key));
        assert_eq!(places, [Some(0), Some(1), None, Some(2), Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn whoever_is_told_may_stop_it() {
        let mut seen = 0;
        let stopped = flat_members(r#"{"a":1,"b":2,"c":3}"#, |key, _| {
            seen += 1;
            (key != "b").then_some(())
        });
        assert_eq!((stopped, seen), (None, 2));
    }

    proptest! {
        #[test]
        fn the_first_special_byte_is_found(text in prop::collection::vec(prop_oneof![8 => 32_u8..255, 1 => any::<u8>()], 0..40)) {
            let first = text.iter().position(|byte| *byte == b'"' || *byte == b'\\' || *byte < 32);
            prop_assert_eq!(special(&text), first);
        }

        #[test]
        fn what_is_read_is_what_serde_reads(text in "\\{?(\"[ab]\":(\"[a-z\\\\\"é\t]{0,3}\"|-?[0-9.e]{1,4}|true|null|\\[1\\])[,} \n]{0,2}){0,4}\\}?") {
            if let Some(members) = members(&text) {
                let whole: serde_json::Value = serde_json::from_str(&text).expect(&text);
                for (place, (key, value)) in members.iter().enumerate() {
                    // Of equal keys serde keeps the last.
                    if members[place + 1..].iter().any(|(other, _)| other == key) {
                        continue;
                    }
                    let told = match &whole[key] {
                        serde_json::Value::Null => None,
                        serde_json::Value::String(text) => Some(text.clone()),
                        serde_json::Value::Bool(flag) => Some(flag.to_string()),
                        number => Some(number.to_string()),
                    };
                    let is_number = whole[key].is_number();
                    let same = if is_number { value.and_then(|text| text.parse::<f64>().ok()) == whole[key].as_f64() } else { *value == told.as_deref() };
                    prop_assert!(same, "{} has {:?} at {}", text, value, key);
                }
            }
        }
    }
}
