//! What surrounds a file, and secrets out of the environment, by the names that the file has for them.

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;

use super::problem::Problem;

/// What a variable of that name holds. The file is read with it, so that nothing here asks the process itself.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What a file is read in.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The folder that relative paths of the file begin at.
    pub folder: &'a Path,
    /// Where secrets come from.
    pub environment: Environment<'a>,
    /// When certificates have to be good.
    pub now: Timestamp,
}

/// The variables that are looked at where the file names none.
pub(super) const HMAC_SECRET: &str = "POSTPROOF_SECRET";
pub(super) const TOKEN_SECRET: &str = "POSTPROOF_JWT_SECRET";

/// What the variable holds that stands under the key `path`.
pub(super) fn fetch(path: &str, name: &str, environment: Environment<'_>) -> Result<String, Problem> {
    let set = || format!("set it before the start: export {name}=…");
    let shaped = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !shaped {
        // What has another form is perhaps the secret itself, so it is not repeated.
        let help = "write the name of the environment variable that holds the secret, such as TRACKER_SECRET";
        return Err(Problem::new(path, "is no name of an environment variable", help));
    }
    let Some(value) = environment(name) else {
        return Err(Problem::new(path, format!("names the environment variable {name}, which is not set"), set()));
    };
    match value.into_string() {
        Ok(value) if value.is_empty() => {
            Err(Problem::new(path, format!("names the environment variable {name}, which is empty"), set()))
        }
        Ok(value) => Ok(value),
        Err(_) => {
            let message = format!("names the environment variable {name}, which holds no UTF-8");
            Err(Problem::new(path, message, "use a secret that is text"))
        }
    }
}

/// What the variable holds, where the key is there at all.
pub(super) fn optional(
    path: &str,
    name: Option<&str>,
    environment: Environment<'_>,
) -> Result<Option<String>, Problem> {
    name.map(|name| fetch(path, name, environment)).transpose()
}
