//! What is wrong with a scenario, and where: a key, what to write instead, and the place in the file with a caret.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// A mistake found while a raw scenario was checked: the key by its path, such as `journeys.players`.
#[derive(Debug)]
pub struct Problem {
    /// The key's path.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Whether the line may be shown; one that may hold a password is only named.
    quoted: bool,
}

impl Problem {
    /// Names a mistake.
    pub fn new(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: help.into(), quoted: true }
    }

    /// Names a mistake in a line that must not be shown.
    pub fn unquoted(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { quoted: false, ..Self::new(path, message, help) }
    }
}

/// A scenario error, ready to be shown with file, line, column and caret.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct ScenarioError(Box<Shown>);

/// What is shown of it.
#[derive(Debug)]
struct Shown {
    message: String,
    help: Option<String>,
    place: Option<(NamedSource<String>, LabeledSpan)>,
}

impl ScenarioError {
    /// An error that toml found while it read the text.
    pub(super) fn syntax(error: &toml::de::Error, file: &str, text: &str) -> Self {
        let message = error.message().trim_end().to_owned();
        let place = error.span().map(|span| (source(file, text), LabeledSpan::underline(span)));
        Self(Box::new(Shown { message: format!("{file}: {message}"), help: Some(help_for(&message)), place }))
    }

    /// A mistake in a key of the file; one in a key that the file does not have (a flag gave it) is shown without a place.
    pub(super) fn key(problem: Problem, file: &str, text: &str) -> Self {
        let found = locate(&problem.path, text);
        if let (false, Some(span)) = (problem.quoted, &found) {
            let line = text[..span.start].matches('\n').count() + 1;
            let message = format!("{file}:{line}: `{}` {}", problem.path, problem.message);
            return Self(Box::new(Shown { message, help: Some(problem.help), place: None }));
        }
        let place = found.map(|span| (source(file, text), LabeledSpan::underline(span)));
        let file = if place.is_some() { format!("{file}: ") } else { String::new() };
        let message = format!("{file}`{}` {}", problem.path, problem.message);
        Self(Box::new(Shown { message, help: Some(problem.help), place }))
    }
}

impl Diagnostic for ScenarioError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<_>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.place.as_ref().map(|(source, _)| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.place.as_ref().map(|(_, label)| Box::new(std::iter::once(label.clone())) as Box<_>)
    }
}

fn source(file: &str, text: &str) -> NamedSource<String> {
    NamedSource::new(file, text.to_owned())
}

/// What to do about a syntax error. Unknown keys and wrong types name what was expected in the message itself.
fn help_for(message: &str) -> String {
    if message.starts_with("unknown field") {
        "write one of the keys named above, or take the key out; `postproof init` writes a file with every key"
            .to_owned()
    } else {
        "`postproof schema` prints what each key takes; `postproof init` writes a file with every key".to_owned()
    }
}

/// The entry of an array by its number, counted from 1 as people do.
fn numbered<'a, 'i>(
    number: Option<&str>,
    entries: &'a toml::de::DeArray<'i>,
) -> Option<&'a toml::Spanned<toml::de::DeValue<'i>>> {
    number.and_then(|number| number.parse::<usize>().ok()).and_then(|number| entries.get(number.checked_sub(1)?))
}

/// The bytes that the value of a key stands in, or the nearest table that the file has of it.
fn locate(path: &str, text: &str) -> Option<std::ops::Range<usize>> {
    let document = toml::de::DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    let mut found = None;
    let mut parts = path.split('.');
    while let Some((key, value)) = parts.next().and_then(|part| table.iter().find(|(key, _)| key.get_ref() == part)) {
        found = Some(if value.get_ref().is_table() { key.span() } else { value.span() });
        let entry = match value.get_ref() {
            toml::de::DeValue::Array(entries) => numbered(parts.next(), entries),
            _ => None,
        };
        found = entry.map_or(found, |entry| Some(entry.span()));
        match entry.unwrap_or(value).get_ref() {
            toml::de::DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    found
}
