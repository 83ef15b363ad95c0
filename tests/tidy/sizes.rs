//! How long files and functions get, how much a function takes, and what a file begins with.

use crate::{functions::functions, source::Source};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
/// A `mod.rs` holds docs, trait, registry and re-exports; more than a look-up belongs in a file of its own.
const FUNCTION_LINES_IN_MOD: usize = 40;
const PARAMETERS: usize = 5;

/// The complaint about a file that is too long.
pub(crate) fn file(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let what = format!("{lines} lines, of which {FILE_LINES} are allowed; split it by its nouns");
    if lines > FILE_LINES { vec![source.at(FILE_LINES + 1, &what)] } else { Vec::new() }
}

/// The complaints about functions that are too long or take too much.
pub(crate) fn functions_of(source: &Source) -> Vec<String> {
    let in_mod = source.path.ends_with("/mod.rs");
    let limit = if in_mod { FUNCTION_LINES_IN_MOD } else { FUNCTION_LINES };
    let cure = if in_mod { "move it out of mod.rs" } else { "name its steps and make them functions" };
    let mut found = Vec::new();
    for function in functions(&source.tokens()) {
        if function.lines > limit {
            let what =
                format!("`{}` has {} lines, of which {limit} are allowed; {cure}", function.name, function.lines);
            found.push(source.at(function.line, &what));
        }
        if function.parameters > PARAMETERS {
            let what = format!(
                "`{}` takes {} arguments, of which {PARAMETERS} are allowed; take a struct with named fields",
                function.name, function.parameters
            );
            found.push(source.at(function.line, &what));
        }
    }
    found
}

/// The complaint about a file that does not begin by saying what it holds.
pub(crate) fn header(source: &Source) -> Vec<String> {
    let first = source.text.lines().next().and_then(|line| line.strip_prefix("//!"));
    if first.is_some_and(|words| !words.trim().is_empty()) {
        return Vec::new();
    }
    vec![source.at(1, "the first line is no `//!`; begin with what the file holds and what it leaves to others")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_measured() {
        assert!(file(&Source::new("src/a.rs", "x\n".repeat(500))).is_empty());
        assert!(file(&Source::new("src/a.rs", "x\n".repeat(501)))[0].starts_with("src/a.rs:501: 501 lines"));
    }

    #[test]
    fn functions_are_measured_by_their_place() {
        let of = |path: &str, lines: usize| {
            functions_of(&Source::new(path, format!("\nfn long() {{{}}}", "\n".repeat(lines - 1))))
        };
        assert!(of("src/a/b.rs", 70).is_empty() && of("src/a/mod.rs", 40).is_empty());
        assert!(of("src/a/b.rs", 71)[0].starts_with("src/a/b.rs:2: `long` has 71 lines"));
        assert!(of("src/a/mod.rs", 41)[0].contains("move it out of mod.rs"));
    }

    #[test]
    fn six_arguments_are_too_many() {
        let of = |text: &str| functions_of(&Source::new("src/a.rs", text)).len();
        assert_eq!(of("fn f(&self, a: A, b: B, c: C, d: D, e: E) {}"), 0);
        assert_eq!(of("fn f(a: A, b: B, c: C, d: D, e: E, f: F) {}"), 1);
    }

    #[test]
    fn a_file_begins_with_words() {
        let of = |text: &str| header(&Source::new("src/a.rs", text)).len();
        assert_eq!(of("//! Words.\n"), 0);
        for text in ["", "//!\n//! Words.", "use a::b;\n", "\n//! Words.", "// Words."] {
            assert_eq!(of(text), 1, "{text}");
        }
    }
}
