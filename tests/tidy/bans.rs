//! What is not left in code: things undone, warnings hushed, tests skipped, and panics that give no reason.

use crate::{
    paths::paths,
    source::Source,
    tokens::{Token, closing, reads},
};

/// What a file holds of that. Only `unwrap` is free in tests.
pub(crate) fn breaches(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let mut found = Vec::new();
    for path in paths(&tokens) {
        let last = path.segments.last().map_or("", String::as_str);
        if last == "todo!" || last == "unimplemented!" {
            found.push(source.at(path.line, &format!("`{last}` is left; do it, or return an error that says so")));
        }
        if last == "unwrap" && path.segments.len() > 1 && !path.test {
            found.push(source.at(path.line, UNWRAP));
        }
    }
    for (at, token) in tokens.iter().enumerate() {
        if reads(&tokens, at, &[".", "unwrap", "(", ")"]) && !token.test {
            found.push(source.at(token.line, UNWRAP));
        }
        match attribute(&tokens, at) {
            Some("allow") => found.push(source.at(token.line, "`allow` stays when its reason goes; `expect` with one")),
            Some("ignore") => found.push(source.at(token.line, "the test is skipped; mend it or remove it")),
            _ => {}
        }
    }
    found
}

const UNWRAP: &str = "`unwrap` outside tests; use `?`, or `expect` that says why it holds";

/// Which of the unwanted attributes opens at this token, by itself or in a `cfg_attr`.
fn attribute<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    let open = at + if reads(tokens, at, &["#", "!"]) { 2 } else { 1 };
    if !tokens[at].is("#") || !reads(tokens, open, &["["]) {
        return None;
    }
    let inside = &tokens[open + 1..closing(tokens, open)];
    let reach = if reads(inside, 0, &["cfg_attr"]) { inside.len() } else { inside.len().min(1) };
    inside[..reach].iter().find(|token| token.is("allow") || token.is("ignore")).map(|token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breached(path: &str, text: &str) -> usize {
        breaches(&Source::new(path, text)).len()
    }

    #[test]
    fn finished_code_passes() {
        for text in [
            "#[expect(clippy::too_many_lines, reason = \"a table\")] fn f() { a.expect(\"why\").unwrap_or(1); }",
            "fn f() { \".unwrap()\"; } // todo!() #[allow(x)]",
            "#[cfg(test)] mod tests { fn f() { a.unwrap(); b.map(Option::unwrap); } }",
            "#[serde(ignore)] struct A; fn allow(x: u8) {} fn unwrap(self) {}",
        ] {
            assert_eq!(breached("src/sign/a.rs", text), 0, "{text}");
        }
        assert_eq!(breached("src/sign/tests.rs", "fn f() { a.unwrap(); }"), 0);
        assert_eq!(breached("mocks/tests/stack.rs", "fn f() { a.unwrap(); }"), 0);
    }

    #[test]
    fn what_is_left_fails() {
        for text in [
            "fn f() { todo!() }",
            "fn f() { std::unimplemented!(\"later\") }",
            "#[allow(dead_code)] fn f() {}",
            "#![allow(dead_code)]",
            "#[cfg_attr(unix, allow(dead_code))] fn f() {}",
            "#[ignore = \"slow\"] fn f() {}",
            "fn f() { a\n.unwrap(); }",
            "fn f() { a.map(Option::unwrap); }",
        ] {
            assert_eq!(breached("src/sign/a.rs", text), 1, "{text}");
        }
        assert_eq!(breached("tests/it/a.rs", "#[test] #[ignore] fn f() { todo!() }"), 2);
    }
}
