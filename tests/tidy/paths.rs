//! The paths that a source names, in `use` trees as in code: `use a::{b, c::d}` names `a::b` and `a::c::d`.

use crate::tokens::{Kind, Token, closing, reads};

/// A path as written, with the braces of `use` multiplied out.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// A macro's name ends in `!`, a glob is `*`.
    pub(crate) segments: Vec<String>,
    /// The line of the last segment.
    pub(crate) line: usize,
    pub(crate) test: bool,
    /// The modules written out around it in the same file.
    scope: Vec<&'a str>,
}

impl Named<'_> {
    /// The path from the root of the crate, when it is written with `crate` or climbs there by `super`.
    pub(crate) fn rooted<'s>(&'s self, module: &[&'s str]) -> Option<Vec<&'s str>> {
        let segments: Vec<_> = self.segments.iter().map(String::as_str).collect();
        if segments[0] == "crate" {
            return Some(segments[1..].to_vec());
        }
        let climbs = segments.iter().skip_while(|segment| **segment == "self");
        let up = climbs.take_while(|segment| **segment == "super").count();
        let rest = segments.iter().copied().skip_while(|segment| matches!(*segment, "self" | "super"));
        let home: Vec<_> = module.iter().chain(&self.scope).copied().collect();
        let kept = home.len().checked_sub(up).filter(|_| up > 0)?;
        Some(home[..kept].iter().copied().chain(rest).collect())
    }

    /// Whether the pattern's segments follow one another somewhere in it; `Tcp*` stands for any name that begins so.
    pub(crate) fn names(&self, pattern: &str) -> bool {
        let wanted: Vec<_> = pattern.split("::").collect();
        let fits = |(segment, wanted): (&String, &&str)| match wanted.strip_suffix('*') {
            Some(start) => segment.starts_with(start),
            None => segment == wanted,
        };
        self.segments.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(fits))
    }
}

/// Every path of a source.
pub(crate) fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Named<'a>> {
    let mut walk = Walk { tokens, scopes: Vec::new(), found: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = walk.step(at);
    }
    walk.found
}

struct Walk<'t, 'a> {
    tokens: &'t [Token<'a>],
    /// What each open brace belongs to: a module written out, or anything else.
    scopes: Vec<Option<&'a str>>,
    found: Vec<Named<'a>>,
}

impl Walk<'_, '_> {
    /// Takes what stands at `at` and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        let token = self.tokens[at];
        if token.is("mod") && self.is(at + 2, "{") {
            self.scopes.push(Some(self.tokens[at + 1].text));
            return at + 3;
        }
        if token.is("{") {
            self.scopes.push(None);
        } else if token.is("}") {
            self.scopes.pop();
        } else if token.is("use") && !self.is(at + 1, "<") {
            return self.tree(at + 1, &[]);
        } else if token.kind == Kind::Word && !reads(self.tokens, at.saturating_sub(2), &[">", "::"]) {
            return self.plain(at);
        }
        at + 1
    }

    /// A path in code, which ends where generic arguments begin.
    fn plain(&mut self, start: usize) -> usize {
        let mut segments = vec![self.tokens[start].text.to_owned()];
        let mut at = start;
        while self.is(at + 1, "::") && self.tokens.get(at + 2).is_some_and(|token| token.kind == Kind::Word) {
            at += 2;
            segments.push(self.tokens[at].text.to_owned());
        }
        if self.is(at + 1, "!") && ["(", "[", "{"].iter().any(|open| self.is(at + 2, open)) {
            segments.last_mut().expect("a path has a segment").push('!');
        }
        // What a visibility names, as in `pub(crate)`, is no import.
        if !matches!(segments[..], [ref only] if only == "crate" || only == "super") {
            self.push(segments, at);
        }
        at + 1
    }

    /// A tree of `use`, whose paths begin with `prefix`.
    fn tree(&mut self, start: usize, prefix: &[String]) -> usize {
        let mut segments = prefix.to_vec();
        let mut at = if self.is(start, "::") { start + 1 } else { start };
        while let Some(token) = self.tokens.get(at).copied() {
            if token.is("{") {
                let end = closing(self.tokens, at);
                at += 1;
                while at < end {
                    at = if self.is(at, ",") { at + 1 } else { self.tree(at, &segments) };
                }
                return end + 1;
            }
            if token.kind != Kind::Word && !token.is("*") {
                return at + 1;
            }
            segments.push(token.text.to_owned());
            if !self.is(at + 1, "::") {
                self.push(segments, at);
                return at + if self.is(at + 1, "as") { 3 } else { 1 };
            }
            at += 2;
        }
        at
    }

    fn push(&mut self, segments: Vec<String>, at: usize) {
        let Token { line, test, .. } = self.tokens[at];
        self.found.push(Named { segments, line, test, scope: self.scopes.iter().copied().flatten().collect() });
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn written(source: &str) -> Vec<String> {
        paths(&tokens(source)).iter().map(|path| path.segments.join("::")).filter(|path| path.contains("::")).collect()
    }

    #[test]
    fn use_trees_are_multiplied_out() {
        let found = written("use crate::{a::b, c::{self, d as e, f::*}, g};\nuse {std::fs, ::std::io};");
        assert_eq!(
            found,
            ["crate::a::b", "crate::c::self", "crate::c::d", "crate::c::f::*", "crate::g", "std::fs", "std::io"]
        );
    }

    #[test]
    fn paths_in_code_are_found_and_text_is_not() {
        let found = written(
            "fn f() -> crate::a::B { ::std::fs::read(\"crate::x\"); Vec::<u8>::new::c(); std::env!(\"A\") } // a::b",
        );
        assert_eq!(found, ["crate::a::B", "std::fs::read", "std::env!"]);
        assert!(written("fn f() -> impl Fn() + use<'a, T> { a != (b) }").is_empty());
    }

    #[test]
    fn paths_climb_through_modules_written_out() {
        let root = |source: &str, module: &[&str]| -> Option<String> {
            let tokens = tokens(source);
            paths(&tokens).iter().find_map(|path| path.rooted(module)).map(|path| path.join("::"))
        };
        assert_eq!(root("use super::x;", &["a"]).as_deref(), Some("x"));
        assert_eq!(root("mod t { use super::x; }", &["a"]).as_deref(), Some("a::x"));
        assert_eq!(root("mod t { fn f() { self::super::super::x() } }", &["a"]).as_deref(), Some("x"));
        assert_eq!(root("use self::x;", &["a"]), None);
    }

    #[test]
    fn patterns_fit_whole_segments() {
        let names = |source: &str, pattern: &str| paths(&tokens(source)).iter().any(|path| path.names(pattern));
        assert!(names("use std::{fs::File};", "std::fs") && names("std::net::TcpStream", "std::net::Tcp*"));
        assert!(names("println!(\"\")", "println!") && names("jiff::Timestamp::now()", "Timestamp::now"));
        assert!(
            !names("std::fsx::a", "std::fs") && !names("env!(\"A\")", "std::env") && !names("println(1)", "println!")
        );
    }
}
