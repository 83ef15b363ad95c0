//! A Rust file: where it stands, what it says, and whether it is test code as a whole.

use crate::tokens::{Token, tokens};

/// A Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
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

    /// Whether it is named `tests.rs` or lies below a folder `tests` or `benches`.
    fn is_test(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        parts.next() == Some("tests.rs") || parts.any(|folder| folder == "tests" || folder == "benches")
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
    fn files_of_tests_are_known_by_their_place() {
        for path in ["src/sign/tests.rs", "tests/it/main.rs", "mocks/tests/stack.rs", "benches/sign.rs"] {
            assert!(Source::new(path, "a").tokens()[0].test, "{path}");
        }
        for path in ["src/sign/mod.rs", "src/tests_of.rs", "src/contest/a.rs"] {
            assert!(!Source::new(path, "a").tokens()[0].test, "{path}");
        }
    }
}
