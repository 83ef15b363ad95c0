//! Rust source to tokens, as far as the rules need them: comments fall away, a literal is one token, and what is only
//! compiled for tests is marked. It is a reader of code that compiles, not a judge of it.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword, without `r#`.
    Word,
    /// A string, character or number, as written.
    Literal,
    /// A lifetime or a label.
    Lifetime,
    /// Punctuation: `::`, `->`, `=>`, `!=` or one character.
    Sign,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    /// Whether it stands in an item below `#[cfg(test)]`.
    pub(crate) test: bool,
}

impl Token<'_> {
    /// Whether it is this word or sign, and not a literal of that text.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text == text
    }

    /// One more open bracket, one fewer, or neither.
    pub(crate) fn nesting(&self) -> isize {
        match self.text {
            "(" | "[" | "{" => 1,
            ")" | "]" | "}" => -1,
            _ => 0,
        }
    }
}

/// Whether the tokens from `at` read exactly so.
pub(crate) fn reads(tokens: &[Token<'_>], at: usize, words: &[&str]) -> bool {
    tokens.get(at..at + words.len()).is_some_and(|slice| slice.iter().zip(words).all(|(token, word)| token.is(word)))
}

/// The index of the bracket that closes the one at `open`; the last token when none does.
pub(crate) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        depth += token.nesting();
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// Every token of a source.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = text[at..].chars().next() {
        let (kind, length) = next(&text[at..], first);
        let piece = &text[at..at + length];
        if let Some(kind) = kind {
            let text = if kind == Kind::Word { piece.trim_start_matches("r#") } else { piece };
            found.push(Token { kind, text, line, test: false });
        }
        line += piece.matches('\n').count();
        at += length;
    }
    mark_tests(&mut found);
    found
}

/// What comes first in the rest of a source, and its length; no kind for spaces and comments.
fn next(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (None, block_comment(rest));
    }
    if let Some(length) = string(rest) {
        return (Some(Kind::Literal), length);
    }
    if first == '\'' || rest.starts_with("b'") {
        return quote(rest);
    }
    if first.is_ascii_digit() {
        return (Some(Kind::Literal), number(rest));
    }
    if is_word(first) {
        let prefix = if rest.starts_with("r#") { 2 } else { 0 };
        return (Some(Kind::Word), prefix + word(&rest[prefix..]));
    }
    let pair = ["::", "->", "=>", "!="].iter().any(|pair| rest.starts_with(pair));
    (Some(Kind::Sign), if pair { 2 } else { first.len_utf8() })
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn word(rest: &str) -> usize {
    rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
}

/// Digits, suffix and fraction; `1..2` ends before the dots and `1.max(2)` before the dot.
fn number(rest: &str) -> usize {
    let whole = word(rest);
    let fraction = rest[whole..].strip_prefix('.').filter(|tail| tail.starts_with(|next: char| next.is_ascii_digit()));
    whole + fraction.map_or(0, |tail| 1 + word(tail))
}

/// The length of a block comment, whose kind nests.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let (step, change) = match rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += step;
        depth = depth.saturating_add_signed(change);
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string literal of any kind, when one begins here.
fn string(rest: &str) -> Option<usize> {
    let bare = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - bare.len();
    if prefix > 1 {
        return None;
    }
    if let Some(raw) = bare.strip_prefix('r') {
        let opened = raw.trim_start_matches('#');
        let hashes = raw.len() - opened.len();
        let body = opened.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = body.find(&end).map_or(body.len(), |at| at + end.len());
        return Some(prefix + 1 + hashes + 1 + length);
    }
    Some(prefix + 1 + escaped(bare.strip_prefix('"')?, '"'))
}

/// The length up to and with the closing quote, escapes passed over.
fn escaped(body: &str, quote: char) -> usize {
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return at + 1;
        }
    }
    body.len()
}

/// A character literal or a lifetime.
fn quote(rest: &str) -> (Option<Kind>, usize) {
    let prefix = if rest.starts_with('b') { 2 } else { 1 };
    let body = &rest[prefix..];
    let mut letters = body.chars();
    let (first, second) = (letters.next(), letters.next());
    if first == Some('\\') || second == Some('\'') {
        return (Some(Kind::Literal), prefix + escaped(body, '\''));
    }
    (Some(Kind::Lifetime), prefix + word(body))
}

/// Marks the items that `#[cfg(test)]` or `#[cfg(all(test, …))]` stands on, and all that follows `#![cfg(test)]`.
fn mark_tests(tokens: &mut [Token<'_>]) {
    let mut at = 0;
    while at < tokens.len() {
        let inner = reads(tokens, at, &["#", "!", "["]);
        let open = at + if inner { 2 } else { 1 };
        let gate = reads(tokens, open, &["[", "cfg", "(", "test", ")", "]"])
            || reads(tokens, open, &["[", "cfg", "(", "all", "(", "test"]);
        let end = match (tokens[at].is("#") && gate, inner) {
            (true, true) => tokens.len() - 1,
            (true, false) => item_end(tokens, closing(tokens, open) + 1),
            (false, _) => at,
        };
        if end > at {
            tokens[at..=end].iter_mut().for_each(|token| token.test = true);
        }
        at = end + 1;
    }
}

/// The last token of the item that begins at `start`: its semicolon, its closing brace, or the end of what holds it.
fn item_end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at].text {
            ";" => return at,
            "{" => return closing(tokens, at),
            "}" => return at - 1,
            "(" | "[" => at = closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
    tokens.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_fall_away_and_literals_stay_whole() {
        assert_eq!(texts("a // b {\n/* c /* d */ } */ e"), ["a", "e"]);
        let literals = [r#""a\"{b""#, r##"r#"c"}"#"##, r#"b"\\""#, r##"br#"}"#"##, "'\"'", r"'\''", "b'{'"];
        assert_eq!(texts(&literals.join(" ")), literals);
        assert_eq!(
            texts("fn f<'a>(x: &'a u8) -> r#type::T"),
            ["fn", "f", "<", "'a", ">", "(", "x", ":", "&", "'a", "u8", ")", "->", "type", "::", "T"]
        );
        assert_eq!(
            texts("0..1.5e3.max(2u8) != '→'"),
            ["0", ".", ".", "1.5e3", ".", "max", "(", "2u8", ")", "!=", "'→'"]
        );
    }

    #[test]
    fn lines_count_through_comments_and_strings() {
        let found = tokens("a /* \n */ \"\n\n\" b");
        assert_eq!(found.iter().map(|token| token.line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn only_test_items_are_marked() {
        let marked = |source| -> Vec<_> {
            tokens(source)
                .iter()
                .filter(|token| token.test && token.kind == Kind::Word)
                .map(|token| token.text)
                .collect()
        };
        assert_eq!(
            marked("a; #[cfg(test)] #[rustfmt::skip] mod t { b } c"),
            ["cfg", "test", "rustfmt", "skip", "mod", "t", "b"]
        );
        assert_eq!(marked("#[cfg(test)] mod t; c"), ["cfg", "test", "mod", "t"]);
        assert_eq!(marked("#[cfg(all(test, unix))] fn f(x: [u8; 2]) {} c").last(), Some(&"u8"));
        assert!(marked("#[cfg(unix)] mod t { b } #[cfg(not(test))] mod u { c }").is_empty());
        assert_eq!(marked("#![cfg(test)] a; b"), ["cfg", "test", "a", "b"]);
    }
}
