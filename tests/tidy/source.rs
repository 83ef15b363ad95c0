//! A Rust file: where it stands, what it says, and whether it is test code as a whole.

use crate::tokens::{Token, reads, tokens};

/// A Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Whether its module is declared below `#[cfg(test)]` in another file.
    gated: bool,
}

/// Marks as test code the files that the others declare below `#[cfg(test)]`, and the files below those.
pub(crate) fn mark_gated(sources: &mut [Source]) {
    let gates: Vec<_> = sources.iter().flat_map(Source::test_modules).collect();
    for source in sources {
        let place = source.path.trim_end_matches(".rs");
        let below = |gate: &String| {
            place.strip_prefix(gate.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        source.gated = gates.iter().any(below);
    }
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), gated: false }
    }

    /// Its tokens; in a file of tests all of them are marked as such.
    pub(crate) fn tokens(&self) -> Vec<Token<'_>> {
        let mut found = tokens(&self.text);
        if self.is_test() {
            for token in &mut found {
                token.test = true;
            }
        }
        found
    }

    /// Where the files lie, without `.rs`, whose modules it declares for tests alone.
    fn test_modules(&self) -> Vec<String> {
        let place = self.path.trim_end_matches(".rs");
        let roots = ["/mod", "/lib", "/main"];
        let folder = roots.iter().find_map(|root| place.strip_suffix(root)).unwrap_or(place);
        let tokens = tokens(&self.text);
        let declared =
            (0..tokens.len()).filter(|at| tokens[*at].test && tokens[*at].is("mod") && reads(&tokens, at + 2, &[";"]));
        declared.map(|at| format!("{folder}/{}", tokens[at + 1].text)).collect()
    }

    /// Whether it is declared for tests, is named `tests.rs` or lies below a folder `tests` or `benches`.
    fn is_test(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        self.gated || parts.next() == Some("tests.rs") || parts.any(|folder| folder == "tests" || folder == "benches")
    }

    /// The modules it is, from the root of its crate: `["sign", "jwt"]` for `src/sign/jwt.rs`, none for `src/lib.rs`.
    pub(crate) fn module(&self) -> Vec<&str> {
        let inside = self.path.split_once("src/").map_or(self.path.as_str(), |(_, inside)| inside);
        let mut parts: Vec<_> = inside.trim_end_matches(".rs").split('/').collect();
        let root = parts == ["lib"] || parts == ["main"];
        if root || parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts
    }

    /// A complaint about a line.
    pub(crate) fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_off_the_path() {
        let module = |path: &str| Source::new(path, "").module().join("::");
        assert_eq!(module("src/sign/jwt/tests.rs"), "sign::jwt::tests");
        assert_eq!(module("src/sign/mod.rs"), "sign");
        assert_eq!(module("src/lib.rs"), "");
        assert_eq!(module("src/run/main.rs"), "run::main");
    }

    #[test]
    fn files_declared_for_tests_are_test_code() {
        let mut sources = [
            Source::new("src/oracle/mod.rs", "mod books; #[cfg(test)] mod history; #[cfg(test)] mod t { x }"),
            Source::new("src/oracle/history.rs", "a"),
            Source::new("src/oracle/history/deep.rs", "a"),
            Source::new("src/oracle/books.rs", "a; #[cfg(test)] mod stub;"),
            Source::new("src/oracle/books/stub.rs", "a"),
            Source::new("src/oracle/history_of.rs", "a"),
            Source::new("src/history.rs", "a"),
        ];
        mark_gated(&mut sources);
        let tests: Vec<_> = sources.iter().map(|source| source.tokens()[0].test).collect();
        assert_eq!(tests, [false, true, true, false, true, false, false]);
    }

    #[test]
    fn files_of_tests_are_known_by_their_place() {
        for path in ["src/sign/tests.rs", "tests/it/main.rs", "mocks/tests/stack.rs", "benches/sign.rs"] {
            assert!(Source::new(path, "a").tokens()[0].test, "{path}");
        }
        for path in ["src/sign/mod.rs", "src/tests_of.rs", "src/contest/a.rs"] {
            assert!(!Source::new(path, "a").tokens()[0].test, "{path}");
        }
    }
}
