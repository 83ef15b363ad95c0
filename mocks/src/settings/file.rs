//! From the text of a file to the configuration of a stack.

use std::path::Path;

use super::problem::{ConfigError, Problem};
use super::raw::{RawFile, RawTracker};
use super::variables::{Environment, HMAC_SECRET, Surroundings, TOKEN_SECRET, fetch, optional};
use super::{books, clock, doors, suggestion, tracker};
use crate::database::Database;
use crate::monitoring;
use crate::operator;
use crate::planting::plantable;
use crate::secrets::Secrets;
use crate::stack::Config;
use crate::tracker::TrackerSettings;

/// What a file comes to.
#[derive(Debug, Clone)]
pub struct FileConfig {
    /// What to start the stack with.
    pub config: Config,
    /// Whether the file says where to listen; otherwise it is for the caller to say.
    pub listens: bool,
    /// The variables that hold the signing secret and the token key in use, where they come from the environment.
    pub variables: Option<[String; 2]>,
}

/// The two secrets in use, and the variables that they came from.
struct Given {
    secrets: Secrets,
    variables: [String; 2],
}

/// Reads the text of a file.
///
/// # Errors
/// Names the first mistake, with its place in the text.
pub fn read(text: &str, around: Surroundings<'_>) -> Result<FileConfig, ConfigError> {
    let raw = toml::from_str(text).map_err(|error| ConfigError::syntax(&error, text))?;
    check(raw, around).map_err(|problem| ConfigError::key(problem, text))
}

fn check(raw: RawFile, around: Surroundings<'_>) -> Result<FileConfig, Problem> {
    let (mut raw, environment) = (raw, around.environment);
    let tls = raw.tracker.tls.take().map(|tls| doors::tls(tls, around)).transpose()?;
    let programme = books::programme(raw.programme, around.folder)?;
    let defaults = Config::default();
    let given = given(&raw.tracker, environment)?;
    let secret_path = if raw.tracker.signature.secret_env.is_some() {
        "tracker.signature.secret_env"
    } else {
        "tracker.signature.scheme"
    };
    let settings = TrackerSettings { programme, ..tracker::check(raw.tracker, environment)? };
    // A drawn secret fits every scheme; with one in its place the rest is checked all the same.
    let secret = given.as_ref().map_or("c2VjcmV0", |given| given.secrets.hmac.as_str());
    tracker::secret_fits(&settings.signature, secret, secret_path)?;
    let (secrets, variables) = given.map(|given| (given.secrets, given.variables)).unzip();
    let mut config = Config {
        listen: raw.listen.as_deref().map_or(Ok(defaults.listen), doors::listen)?,
        database: raw.database.map_or(defaults.database, |path| Database::File(around.folder.join(path))),
        secrets,
        connections: doors::limits(&raw.connections)?,
        tls,
        defects: defaults.defects,
        tracker: settings,
        operator: operator(raw.operator, environment)?,
        mistakes: defaults.mistakes,
        cookies: raw.cookies,
        monitoring: monitoring(raw.monitoring, around.folder)?,
        clock: clock::clock(&raw.clock, around.now)?,
    };
    plant(&mut config, &raw.defects)?;
    Ok(FileConfig { config, listens: raw.listen.is_some(), variables })
}

/// Both secrets in use: from the variables that the file names, or else from the usual ones where those are set; none
/// where nobody gives any.
fn given(raw: &RawTracker, environment: Environment<'_>) -> Result<Option<Given>, Problem> {
    let (hmac, jwt) = ("tracker.signature.secret_env", "tracker.tokens.secret_env");
    let usual = |name: &'static str| environment(name).filter(|value| !value.is_empty()).map(|_| name.to_owned());
    let named = |stated: &Option<String>, name| stated.clone().or_else(|| usual(name));
    let variables = (named(&raw.signature.secret_env, HMAC_SECRET), named(&raw.tokens.secret_env, TOKEN_SECRET));
    match variables {
        (None, None) => Ok(None),
        (Some(one), Some(other)) => {
            let secrets = Secrets { hmac: fetch(hmac, &one, environment)?, jwt: fetch(jwt, &other, environment)? };
            Ok(Some(Given { secrets, variables: [one, other] }))
        }
        (Some(one), None) => fetch(hmac, &one, environment).and(Err(alone(jwt, TOKEN_SECRET))),
        (None, Some(other)) => fetch(jwt, &other, environment).and(Err(alone(hmac, HMAC_SECRET))),
    }
}

/// Only the other one of the two secrets is there.
fn alone(path: &str, usual: &str) -> Problem {
    let help = format!("name a variable for this one too, or set {usual}; where neither is given, both are drawn");
    Problem::new(path, "is missing, while the other one of the two secrets is given", help)
}

fn plant(config: &mut Config, names: &[String]) -> Result<(), Problem> {
    for (position, name) in names.iter().enumerate() {
        if !config.plant(name) {
            let help = suggestion::instead(name, plantable().map(|(name, _)| name));
            return Err(Problem::new(
                format!("defects.{position}"),
                format!("names `{name}`, which is no defect"),
                help,
            ));
        }
    }
    Ok(())
}

fn operator(raw: operator::RawSettings, environment: Environment<'_>) -> Result<operator::Settings, Problem> {
    let mut raw = raw;
    for network in &mut raw.networks {
        if let operator::RawNetwork::Template(template) = network {
            let path = format!("operator.networks.{}.key_env", template.name);
            if let Some(key) = optional(&path, template.key_env.as_deref(), environment)? {
                template.key = Some(key);
            }
        }
    }
    operator::Settings::check(raw).map_err(|error| {
        let key = error.key();
        let told = error.to_string();
        let told = told.strip_prefix(&key).map_or(told.as_str(), |rest| rest.trim_start_matches(": "));
        let (what, help) = told.split_once("; ").unwrap_or((told, "docs/serve.toml shows what may stand there"));
        Problem::new(format!("operator.{key}"), format!("is wrong: {what}"), help)
    })
}

fn monitoring(raw: monitoring::RawMonitoring, folder: &Path) -> Result<monitoring::Settings, Problem> {
    let mut raw = raw;
    raw.log.file = raw.log.file.map(|path| folder.join(path));
    monitoring::Settings::try_from(raw).map_err(|error| {
        let told = error.to_string();
        let (what, help) = told.split_once("; ").unwrap_or((&told, "docs/serve.toml shows what may stand there"));
        Problem::new(format!("monitoring.{}", error.key()), format!("is wrong: {what}"), help)
    })
}

#[cfg(test)]
mod tests;
