//! What of a file may be shown: every value is blotted out that stands where a secret could.
//!
//! The text is looked through as it stands, and not as TOML has it, because a file with a mistake in it is no TOML, and
//! because old secrets stay behind in comments. Where it is not clear how far a value goes, too much is blotted out.

use std::ops::Range;

use toml::de::DeTable;

/// Ends of keys that somebody may have written a secret under.
const SECRETIVE: [&str; 7] = ["secret", "password", "passphrase", "token", "key", "webhook", VARIABLE];

/// End of keys that name a variable, or have the secret in place of its name.
const VARIABLE: &str = "_env";

/// Longest name of a variable that is repeated, in bytes.
const LONGEST_NAME: usize = 64;

/// Signs that a value follows: that of TOML, and the one that is written by mistake and in comments.
const SIGNS: [char; 2] = ['=', ':'];

const BLANKS: [char; 2] = [' ', '\t'];

/// Whether this looks like an environment variable's usual name, `[A-Z_][A-Z0-9_]*`, and so may be repeated.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= LONGEST_NAME
        && bytes.next().is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a text is TOML, whatever else is wrong with it.
pub(super) fn is_toml(text: &str) -> bool {
    DeTable::parse(text).is_ok()
}

/// The text with every value blotted out whose key is like that of a secret, but for names of variables. In a text that
/// is no TOML, where no value has a certain end, all is blotted out from the first of them on. Places stay where they are.
pub(super) fn blotted(text: &str) -> String {
    let sound = is_toml(text);
    let (mut shown, mut from) = (String::with_capacity(text.len()), 0);
    while let Some(value) = next_value(text, from, sound) {
        let (hidden, end) = match name_end(text, value) {
            Some(end) => (end..end, end),
            None => (value..value_end(text, value, sound), value_end(text, value, sound)),
        };
        shown.push_str(part(text, from..hidden.start));
        shown.extend(part(text, hidden).chars().flat_map(stars));
        from = end;
    }
    shown.push_str(part(text, from..text.len()));
    shown
}

/// A star for each byte, so that the length in bytes stays. Line ends and quotes stay too.
fn stars(char: char) -> impl Iterator<Item = char> {
    let kept = char.is_whitespace() || matches!(char, '"' | '\'');
    std::iter::repeat_n(if kept { char } else { '*' }, if kept { 1 } else { char.len_utf8() })
}

/// All ranges lie between characters, because they begin and end beside ASCII.
fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Where the next value begins, from `from` on, that may be a secret.
fn next_value(text: &str, from: usize, sound: bool) -> Option<usize> {
    let signs = part(text, from..text.len()).match_indices(SIGNS).map(|(at, _)| from + at);
    let signed = signs.into_iter().find(|at| is_secretive(part(text, 0..*at))).map(|at| at + 1);
    let unsigned = if sound { None } else { unsigned_value(text, from) };
    signed.into_iter().chain(unsigned).min()
}

/// The same where the sign may be missing: behind the first word of a line.
fn unsigned_value(text: &str, from: usize) -> Option<usize> {
    let first = (from == 0).then_some(0);
    let starts = part(text, from..text.len()).match_indices('\n').map(|(at, _)| from + at + 1);
    first.into_iter().chain(starts).find_map(|start| {
        let line = part(text, start..text.len());
        let word = line.trim_start_matches(BLANKS);
        let end = word.find(|char: char| char.is_whitespace() || SIGNS.contains(&char)).unwrap_or(word.len());
        let rest = part(word, end..word.len()).trim_start_matches(BLANKS);
        let value = rest.strip_prefix(SIGNS).unwrap_or(rest);
        is_secretive(part(word, 0..end)).then_some(text.len() - value.len())
    })
}

/// Whether what stands before a value ends in a key that secrets have.
fn is_secretive(before: &str) -> bool {
    let of_key = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '"' | '\'');
    let key = before.trim_end().rsplit(|char| !of_key(char)).next().unwrap_or_default().to_ascii_lowercase();
    key.split('.').any(|part| SECRETIVE.iter().any(|end| part.trim_matches(['"', '\'']).ends_with(end)))
}

/// Where the value at `start` ends if it is, cleanly, the name of a variable under a key for one.
fn name_end(text: &str, start: usize) -> Option<usize> {
    let key = part(text, 0..start).trim_end_matches(SIGNS).trim_end().trim_end_matches(['"', '\'']);
    if !key.to_ascii_lowercase().ends_with(VARIABLE) {
        return None;
    }
    let value = part(text, start..text.len()).trim_start_matches(BLANKS);
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (name, rest) = value.get(1..)?.split_once(quote)?;
    let next = rest.trim_start_matches(BLANKS).chars().next();
    let clean = next.is_none_or(|next| matches!(next, '\n' | '\r' | '#' | ',' | '}' | ']'));
    (clean && is_name(name)).then_some(text.len() - rest.len())
}

/// Where the value at `start` ends, and all else on its last line.
fn value_end(text: &str, start: usize, sound: bool) -> usize {
    let line = part(text, 0..start).rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('#') {
        return line_end(text.as_bytes(), start);
    }
    if !sound {
        return text.len();
    }
    let (bytes, mut at, mut depth) = (text.as_bytes(), start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'\n' if depth == 0 => return at,
            b'"' | b'\'' => string_end(bytes, at, *byte),
            b'#' => line_end(bytes, at),
            _ => at + 1,
        };
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    bytes.len()
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// Where the string ends that opens at `start`; one of a single line ends with its line at the latest.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mark = [quote; 3];
    let closes = |at: usize, mark: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let long = closes(start, &mark);
    let mark = if long { &mark[..] } else { &mark[..1] };
    let mut at = start + mark.len();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' if !long => return at,
            b'\\' if quote == b'"' => at += 2,
            _ if closes(at, mark) => return at + mark.len(),
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_blotted_out_in_place() {
        let text = "listen = \"x\"\nsecret = \"hünter 2\"\n\"api_token\"='t'\nsecret_env = \"VAR\"\n";
        let shown = blotted(text);
        assert_eq!(shown, "listen = \"x\"\nsecret = \"******* *\"\n\"api_token\"='*'\nsecret_env = \"VAR\"\n");
        assert_eq!(shown.len(), text.len());
        assert_eq!(blotted("a = [{ name = \"n\", key = \"k=1\" }]"), "a = [{ name = \"n\", key = \"***\" **");
        assert_eq!(blotted("secret.of.all = 5\n# old secret: x\nb = 1"), "secret.of.all = *\n# old secret: *\nb = 1");
    }

    #[test]
    fn a_variable_is_shown_where_it_has_a_usual_name() {
        let long = "A".repeat(LONGEST_NAME);
        for name in ["VAR", "_", "_V2", long.as_str()] {
            let text = format!("a = {{ key_env = \"{name}\", secret_env='{name}' }} # {name}\nb = 1\n");
            assert!(is_name(name) && blotted(&text) == text, "{text}");
        }
        for other in ["", "var", "2VAR", "hunter2-not-a-name!", "VAR ", "0123abcdef", &format!("{long}A")] {
            let shown = blotted(&format!("secret_env = \"{other}\"\nb = 1\n"));
            assert!(!is_name(other) && shown.ends_with("\nb = 1\n"), "{shown}");
            assert!(other.is_empty() || !shown.contains(other), "{shown}");
        }
        assert_eq!(blotted("secret = \"VAR\"\n"), "secret = \"***\"\n", "a secret may be of capitals");
        assert_eq!(blotted("a_env = \"\"\"\nVAR\nx\"\"\"\nb = 1\n"), "a_env = \"\"\"\n***\n*\"\"\"\nb = 1\n");
    }

    #[test]
    fn a_value_goes_on_to_its_end() {
        let cases = [
            (
                "secret = \"\"\"\none\ntwo \\\"\"\" x\"\"\"\nb = 1\n",
                "secret = \"\"\"\n***\n*** *\"\"\" *\"\"\"\nb = 1\n",
            ),
            ("secret = '''one\n\\'''\nb = 1\n", "secret = '''***\n*'''\nb = 1\n"),
            (
                "key = [\n 'a', # ]\n { x = \"}\ty\" },\n]\nb = 1\n",
                "key = *\n '*'* * *\n * * * \"*\t*\" **\n*\nb = 1\n",
            ),
            ("password = \"a\\\"b\" # c\r\nb = 1\r\n", "password = \"**\"*\" * *\r\nb = 1\r\n"),
        ];
        for (text, shown) in cases {
            assert!(is_toml(text), "{text}");
            assert_eq!(blotted(text), shown);
        }
    }

    #[test]
    fn what_is_no_toml_is_not_shown_from_a_secret_on() {
        let cases = [
            "secret = \"hunter2\nhunter3\n",
            "secret = \"\"\"\nx\nhunter2\n",
            "secret = \"\"\nhunter2\nhunter3\"\"\n",
            "secret \"hunter2\"\n",
            "  secret: 'hunter2'\n",
            "secret\n= \"hunter2\"\n",
            "secret_env = \"hunter2\nb = 1\n",
            "secret_env = VAR\nhunter2\n",
            "secret_env = \"VAR\" hunter2\n",
        ];
        for text in cases {
            let shown = blotted(&format!("[a]\nb = 1\n# secret = 1\nsecret_env = \"VAR\"\n{text}"));
            assert!(!is_toml(text) && !shown.contains("hunter"), "{shown}");
            assert!(shown.starts_with("[a]\nb = 1\n# secret = *\nsecret_env = \"VAR\"\n"), "{shown}");
        }
        assert_eq!(blotted("listen 127.0.0.1\nb = 1\n"), "listen 127.0.0.1\nb = 1\n");
    }
}
