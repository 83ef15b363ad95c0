//! What is wrong with a file, where, and what to write instead, in a form that whoever read the file can show.

use std::ops::Range;

use super::blotting::{blotted, is_toml};
use super::{place, suggestion};

/// A file that cannot be used.
///
/// Its text is that of the file with every value blotted out that stands where a secret could, so it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    message: String,
    help: String,
    place: Option<Range<usize>>,
    text: String,
}

/// A mistake in one key, named by its path, such as `tracker.queue_capacity`.
#[derive(Debug)]
pub(super) struct Problem {
    path: String,
    message: String,
    help: String,
}

/// Where what is to be done can be looked up.
const EVERY_KEY: &str = "docs/serve.toml shows every key and what it takes";

/// What is told in place of a message that has a value in it, where that may be a secret.
const UNREPEATED: &str = "there is a value here of a kind that is not taken; it may be a secret, so it is not repeated";

impl ConfigError {
    /// A mistake that the reader of TOML found.
    pub(super) fn syntax(error: &toml::de::Error, text: &str) -> Self {
        let (shown, span) = (blotted(text), error.span());
        let hides = span.clone().is_some_and(|span| text.get(span.clone()) != shown.get(span));
        // The reader of TOML tells no values, and what is told of a key's name is not its value.
        let harmless = ["unknown field", "missing field"].iter().any(|start| error.message().starts_with(start));
        let said = if hides && !harmless && is_toml(text) { UNREPEATED } else { error.message().trim_end() };
        let help = suggestion::unknown(said).map(|(word, known)| (word, suggestion::instead(word, known)));
        let message = match help {
            // The words that were expected are in the help, if they help.
            Some((word, _)) if said.starts_with("unknown field") => format!("there is no key `{word}` here"),
            Some((word, _)) => format!("`{word}` is not known here"),
            None => said.replace('\n', "; "),
        };
        let help = help.map_or_else(|| EVERY_KEY.to_owned(), |(_, instead)| format!("{instead}; {EVERY_KEY}"));
        Self { message, help, place: span, text: shown }
    }

    /// A mistake in a key; its place is that of the key, or of the nearest table that the file has of it.
    pub(super) fn key(problem: Problem, text: &str) -> Self {
        let Problem { path, message, help } = problem;
        Self { message: format!("`{path}` {message}"), help, place: place::of(&path, text), text: blotted(text) }
    }

    /// What to do about it.
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The bytes of the file that are wrong, where it is not a thing that the file lacks.
    pub fn place(&self) -> Option<Range<usize>> {
        self.place.clone()
    }

    /// The file as it may be shown.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Problem {
    /// Names a mistake, and what to write instead.
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: help.into() }
    }
}

/// The number itself, in the type it is wanted in, when it lies in its range.
pub(super) fn in_range<T: TryFrom<u64>>(path: &str, found: u64, least: u64, most: u64) -> Result<T, Problem> {
    let number = if (least..=most).contains(&found) { T::try_from(found).ok() } else { None };
    number.ok_or_else(|| Problem::new(path, format!("is {found}"), format!("write {least} to {most}")))
}

/// Refuses a list that is longer than `most`.
pub(super) fn few<T>(path: &str, list: &[T], most: usize) -> Result<(), Problem> {
    if list.len() <= most {
        return Ok(());
    }
    Err(Problem::new(path, format!("has {} entries", list.len()), format!("keep to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_ranges() {
        assert_eq!(in_range("a", 5, 1, 5).ok(), Some(5_u32));
        let Problem { path, message, help } = in_range::<u32>("a.b", 6, 1, 5).expect_err("too many");
        assert_eq!([path, message, help], ["a.b", "is 6", "write 1 to 5"].map(str::to_owned));
        assert!(in_range::<u8>("a", 300, 1, 400).is_err(), "it does not fit the type");
        assert!(few("a", &[1, 2], 2).is_ok() && few("a", &[1, 2, 3], 2).is_err());
    }
}
