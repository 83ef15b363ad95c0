//! The command `init`: writes a scenario file that has every key, commented, with what was given filled in.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::RunError;

/// The file with every key. Lines that begin with `#` and a key are defaults.
const TEMPLATE: &str = include_str!("init/template.toml");

/// What `init` is asked to do.
#[derive(Clone, Debug)]
pub struct InitOptions {
    /// Where the file goes.
    pub path: PathBuf,
    /// Values by the key that they stand under in the template.
    pub values: Vec<(&'static str, String)>,
    /// Whether an existing file may be replaced.
    pub force: bool,
}

/// Writes the file.
///
/// # Errors
/// When it exists already, or cannot be written.
pub fn init(options: &InitOptions) -> Result<(), RunError> {
    let text = filled(&options.values);
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => RunError::usage(
            format!("{} exists already", options.path.display()),
            "name another file, or replace it with --force",
        ),
        _ => RunError::usage(format!("{} cannot be written: {error}", options.path.display()), "name another file"),
    };
    write(&options.path, &text, options.force).map_err(failed)
}

fn write(path: &Path, text: &str, force: bool) -> std::io::Result<()> {
    let mut file = if force { std::fs::File::create(path)? } else { std::fs::File::create_new(path)? };
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The template with values in place of the commented defaults.
fn filled(values: &[(&'static str, String)]) -> String {
    let mut text = TEMPLATE.to_owned();
    for (key, value) in values {
        let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
        let from = text.find(&format!("\n[{table}]\n")).unwrap_or(0);
        if let Some(line) = text[from..].find(&format!("\n# {name} = ")) {
            let start = from + line + 1;
            let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
            text.replace_range(start..end, &format!("{name} = {}", toml::Value::from(value.as_str())));
        }
    }
    text
}

#[cfg(test)]
mod tests;
