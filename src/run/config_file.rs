//! The configuration file of the reference stack: read from the disk, and its mistakes shown with file, line and caret.
//!
//! What stands in it is judged by the stack itself.

use std::io::Read as _;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use postproof_mocks::{ConfigError, FileConfig, Surroundings, read_config};

use super::{RunError, clock};

/// Largest file that is read: thousands of times what every key takes.
const MAX_BYTES: u64 = 1024 * 1024;

/// A mistake in a configuration file, ready to be shown.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ConfigFileError {
    message: String,
    help: String,
    place: Option<(NamedSource<String>, LabeledSpan)>,
}

impl ConfigFileError {
    fn new(error: &ConfigError, file: &str) -> Self {
        let source = || NamedSource::new(file, error.text().to_owned());
        let place = error.place().map(|span| (source(), LabeledSpan::underline(span)));
        Self { message: format!("{file}: {error}"), help: error.help().to_owned(), place }
    }
}

impl Diagnostic for ConfigFileError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|(source, _)| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|(_, label)| Box::new(std::iter::once(label.clone())) as Box<_>)
    }
}

/// Reads a file, with the secrets that it names out of this process's environment.
pub(super) fn read(path: &Path) -> Result<FileConfig, RunError> {
    let text = text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let around = Surroundings { folder, environment: &|name| std::env::var_os(name), now: clock::now() };
    read_config(&text, around)
        .map_err(|error| RunError::ConfigFile(Box::new(ConfigFileError::new(&error, &path.display().to_string()))))
}

fn text(path: &Path) -> Result<String, RunError> {
    let unreadable = |why: String| {
        RunError::usage(format!("{} cannot be read: {why}", path.display()), "name a TOML file with --config")
    };
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unreadable(format!("it has more than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is no UTF-8".to_owned()))
}
