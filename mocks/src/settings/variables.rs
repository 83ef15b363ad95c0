//! What surrounds a file, and secrets out of the environment, by the names that the file has for them.

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;

use super::blotting::is_name;
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
    let shaped = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !shaped {
        // What has another form is perhaps the secret itself, so it is not repeated.
        let help = "write the name of the environment variable that holds the secret, such as TRACKER_SECRET";
        return Err(Problem::new(path, "is no name of an environment variable", help));
    }
    // So is what has the form of a digest and not that of a usual name.
    let (variable, set) = if is_name(name) {
        (format!("the environment variable {name}"), format!("set it before the start: export {name}=…"))
    } else {
        let help = "set it before the start, if this is a variable's name and not the secret itself; names of capitals, \
                    digits and _ are repeated here";
        ("an environment variable".to_owned(), help.to_owned())
    };
    let wrong = |what: &str, help: &str| Err(Problem::new(path, format!("names {variable}, which {what}"), help));
    match environment(name).map(OsString::into_string) {
        None => wrong("is not set", &set),
        Some(Ok(value)) if value.is_empty() => wrong("is empty", &set),
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) => wrong("holds no UTF-8", "use a secret that is text"),
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
