//! The tracker's own reading of JSON: strict, once, and with every number's lexeme kept.
//!
//! Signature and schema are judged on the value that this file returns, so no two readers can disagree about a
//! body. Refused beyond plain syntax is what has no canonical form: duplicate keys, lone surrogates, numbers
//! outside of a double, and nesting deeper than [`MAX_DEPTH`].

use std::borrow::Cow;
use std::cmp::Ordering;

use super::rules::Check;

/// Deepest nesting; the recursion below is bounded by it.
const MAX_DEPTH: usize = 64;

/// Members of a body for which there is room at once. What lies deeper takes only the room that it needs, so that a
/// body of many small objects is not blown up.
const USUAL_MEMBERS: usize = 16;

/// A JSON value. What is written in the body as it means stays there and is pointed at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number<'a>),
    Text(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// Members sorted by the UTF-16 code units of their names, as RFC 8785 wants them.
    Object(Vec<Member<'a>>),
}

/// A name and what stands under it.
pub(super) type Member<'a> = (Cow<'a, str>, Json<'a>);

/// A number, as it was written and as a double.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number<'a> {
    pub(super) lexeme: &'a str,
    pub(super) double: f64,
}

/// Why a text is not taken as JSON, and the byte where that shows. Holds nothing of the text itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub(super) struct JsonError {
    what: &'static str,
    at: usize,
}

impl<'a> Json<'a> {
    /// Reads a whole body.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, JsonError> {
        Self::parse_under(bytes, Check::Enforced)
    }

    /// The same; where `names` are not checked, of a name that comes twice the last one counts.
    pub(super) fn parse_under(bytes: &'a [u8], names: Check) -> Result<Self, JsonError> {
        let text = str::from_utf8(bytes)
            .map_err(|error| JsonError { what: "the body is not UTF-8", at: error.valid_up_to() })?;
        let mut reader = Reader { text, at: 0, names };
        let value = reader.value(0)?;
        reader.skip_space();
        if reader.at == text.len() { Ok(value) } else { reader.fail("there is more than one value") }
    }

    /// The member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Json::Object(members) = self else {
            return None;
        };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    names: Check,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.skip_space();
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => self.fail("the nesting is deeper than 64"),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.fail("a value is missing"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        let mut members = Vec::new();
        if !self.closes(b'}') {
            if depth == 1 {
                members.reserve(USUAL_MEMBERS);
            }
            loop {
                self.skip_space();
                if self.peek() != Some(b'"') {
                    return self.fail("a member's name is missing");
                }
                let name = self.string()?;
                self.skip_space();
                self.expect(b':', "a colon is missing")?;
                members.push((name, self.value(depth)?));
                if self.closes(b'}') {
                    break;
                }
                self.expect(b',', "a comma or the end of an object is missing")?;
            }
        }
        members.sort_by(|(a, _), (b, _)| by_code_units(a, b));
        if self.names == Check::Skipped {
            members = last_ones(members);
        }
        if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return self.fail("a name comes twice in the object that ends");
        }
        Ok(Json::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        let mut elements = Vec::new();
        if !self.closes(b']') {
            loop {
                elements.push(self.value(depth)?);
                if self.closes(b']') {
                    break;
                }
                self.expect(b',', "a comma or the end of an array is missing")?;
            }
        }
        Ok(Json::Array(elements))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let mut text = Cow::default();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().take_while(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)).count();
            // The first stretch is only pointed at, and nearly always the last one too.
            text += &rest[..plain];
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.to_mut().push(self.escape()?),
                Some(_) => return self.fail("a control character is not escaped"),
                None => return self.fail("a string does not end"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 2;
        let character = match self.text.as_bytes().get(self.at - 1) {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(*plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.fail("an escape is unknown"),
        };
        Ok(character)
    }

    /// One `\uXXXX`, or two that make a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.four_digits()?;
        let second = match first {
            0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                self.at += 2;
                Some(self.four_digits()?)
            }
            _ => None,
        };
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(character)) => Ok(character),
            _ => self.fail("a surrogate stands alone"),
        }
    }

    fn four_digits(&mut self) -> Result<u16, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => self.fail("four hexadecimal digits are missing"),
        }
    }

    fn number(&mut self) -> Result<Number<'a>, JsonError> {
        let start = self.at;
        self.skip(b"-");
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits()?;
        if leading_zero && digits > 1 {
            return self.fail("a number has a leading zero");
        }
        if self.skip(b".") {
            self.digits()?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits()?;
        }
        let lexeme = &self.text[start..self.at];
        // The standard library rounds correctly, which a canonical number depends on.
        match lexeme.parse::<f64>() {
            Ok(double) if double.is_finite() => Ok(Number { lexeme, double }),
            _ => self.fail("a number is larger than a double"),
        }
    }

    fn digits(&mut self) -> Result<usize, JsonError> {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        if count == 0 { self.fail("a digit is missing") } else { Ok(count) }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            self.fail("a value is missing")
        }
    }

    /// Skips one byte if it is among `any`.
    fn skip(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn closes(&mut self, bracket: u8) -> bool {
        self.skip_space();
        self.skip(&[bracket])
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), JsonError> {
        if self.skip(&[byte]) { Ok(()) } else { self.fail(what) }
    }

    fn skip_space(&mut self) {
        self.at += self.rest().bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, JsonError> {
        Err(JsonError { what, at: self.at.min(self.text.len()) })
    }
}

/// Of members that are sorted, of each name the one that came last.
fn last_ones(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut last: Vec<Member<'_>> = Vec::with_capacity(members.len());
    for member in members {
        match last.last_mut() {
            Some(before) if before.0 == member.0 => *before = member,
            _ => last.push(member),
        }
    }
    last
}

/// The order of RFC 8785, which is not that of UTF-8 bytes once a name leaves the basic plane.
fn by_code_units(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> &'static str {
        Json::parse(text.as_bytes()).expect_err(text).what
    }

    #[test]
    fn reads_every_kind_of_value() {
        let value = Json::parse(br#" {"b":[1.50,-2e3],"a":"\ud83d\ude00\n\/","c":null,"d":true} "#).expect("valid");
        assert_eq!(value.member("a").and_then(Json::text), Some("\u{1f600}\n/"));
        let number = |lexeme, double| Json::Number(Number { lexeme, double });
        let numbers = Json::Array(vec![number("1.50", 1.5), number("-2e3", -2000.0)]);
        assert_eq!(value.member("b"), Some(&numbers));
    }

    #[test]
    fn refuses_what_has_no_canonical_form() {
        assert_eq!(refused(r#"{"a":1,"b":2,"a":1}"#), "a name comes twice in the object that ends");
        assert_eq!(refused(r#"{"a":1,"\u0061":2}"#), "a name comes twice in the object that ends");
        assert_eq!(refused(r#""\ud83d""#), "a surrogate stands alone");
        assert_eq!(refused(r#""\ude00""#), "a surrogate stands alone");
        assert_eq!(refused(r#""\ud83d\u0041""#), "a surrogate stands alone");
        assert_eq!(refused("1e400"), "a number is larger than a double");
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::parse(nested(64).as_bytes()).is_ok());
        assert_eq!(refused(&nested(65)), "the nesting is deeper than 64");
        assert_eq!(refused(&"[".repeat(60_000)), "the nesting is deeper than 64");
    }

    #[test]
    fn refuses_broken_syntax() {
        let broken = [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "01",
            "-",
            "1.",
            ".5",
            "+1",
            "1e",
            "NaN",
            "tru",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u+123\"",
            "\"\\",
            "\"abc",
            "1 2",
            "'a'",
            "\u{feff}{}",
            "\"\\u00e",
            "\"\\ud83d\\u",
            "\"\\uéa\"",
        ];
        for text in broken {
            assert!(Json::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
    }
}
