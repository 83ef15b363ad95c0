//! In which form a log comes: compressed or not, CSV or JSON, told by its content and never by its name.

use std::io::{self, BufRead, Read};

use super::error::LogError;
use super::inflated::Inflated;

/// The form of a log's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Cells with this between them.
    Csv(u8),
    /// One JSON object a line.
    Ndjson,
}

/// How every gzip member begins (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What may stand between cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The mark of UTF-8 that some exports begin with.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Text is seldom more than so many times as long as it is compressed, as far as logs go.
const INFLATES: u64 = 10;

/// The text of a log of so many bytes, uncompressed, and how many bytes that may come to, generously.
///
/// # Errors
/// When nothing can be read, or there can be no thread to inflate it.
pub(super) fn text(mut source: impl BufRead + Send + 'static, length: u64) -> io::Result<(Box<dyn Read>, u64)> {
    let begins = source.fill_buf()?;
    if begins.starts_with(&GZIP) {
        Ok((Box::new(Inflated::new(source)?), length.saturating_mul(INFLATES)))
    } else {
        Ok((Box::new(source), length.saturating_add(length / 2)))
    }
}

/// The form of a text that begins so, and how many of its bytes to pass over.
///
/// # Errors
/// When it is no log.
pub(super) fn form(ahead: &[u8]) -> Result<(Form, usize), LogError> {
    let unlike = |what| Err(LogError::Form { what });
    if ahead.starts_with(b"\xff\xfe") || ahead.starts_with(b"\xfe\xff") {
        return unlike("UTF-16");
    }
    if ahead.starts_with(b"PK\x03\x04") {
        return unlike("a zip archive or a workbook");
    }
    let mark = if ahead.starts_with(MARK) { MARK.len() } else { 0 };
    let text = ahead.get(mark..).unwrap_or_default();
    let Some(first) = text.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return Err(LogError::Empty);
    };
    let text = text.get(first..).unwrap_or_default();
    if text.iter().take(1024).any(|byte| *byte == 0) {
        return unlike("no text");
    }
    match text.first() {
        Some(b'{') => Ok((Form::Ndjson, mark)),
        Some(b'[') => unlike("a JSON array"),
        Some(b'<') => unlike("XML or HTML"),
        _ => Ok((Form::Csv(delimiter(text)), mark)),
    }
}

/// What most often stands in the header outside of quotes; a comma where nothing does.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in header {
        is_quoted ^= *byte == b'"';
        let place = DELIMITERS.iter().position(|delimiter| delimiter == byte);
        if let Some(count) = place.filter(|_| !is_quoted).and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let place = counts.iter().position(|count| *count == most).unwrap_or(0);
    DELIMITERS.get(place).copied().unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_content() {
        for (text, expected) in [
            ("a,b;c,d\n", (Form::Csv(b','), 0)),
            ("a;\"b,c,d\";e\n1,2,3,4", (Form::Csv(b';'), 0)),
            ("a\tb\n", (Form::Csv(b'\t'), 0)),
            ("alone\n", (Form::Csv(b','), 0)),
            ("\u{feff}a|b\n", (Form::Csv(b'|'), 3)),
            ("\n  {\"a\":1}\n", (Form::Ndjson, 0)),
            ("\u{feff}{\"a\":1}", (Form::Ndjson, 3)),
        ] {
            assert_eq!(form(text.as_bytes()).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_log_is_named() {
        for (bytes, what) in [
            (b"".as_slice(), "empty"),
            (b" \n\n", "empty"),
            (b"\xff\xfea\0", "UTF-16"),
            (b"PK\x03\x04....", "zip"),
            (b"[{}]", "JSON array"),
            (b"<html>", "XML"),
            (b"ELF\0\0\0", "no text"),
        ] {
            let said = form(bytes).expect_err(what).to_string();
            assert!(said.contains(what), "{said}");
        }
    }
}
