//! The command `serve`: the reference stack in the foreground, until it is told to stop.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use postproof_mocks::{Config, Database, FileConfig, Secrets, Stack, Urls, plantable};

use super::{RunError, config_file};

/// Where `serve` listens when nobody says otherwise.
const LISTEN: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 7070);

/// What `serve` is asked to do. What is said here lies over what the file says.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// The database file; in memory without one.
    pub database: Option<PathBuf>,
    /// Defects of the tracker and mistakes of the operator to plant, by name.
    pub defects: Vec<String>,
    /// Secrets to use instead of fresh ones; with a file, those that it names.
    pub secrets: Option<(String, String)>,
}

/// A stack that takes connections, as whoever started it is told.
#[derive(Debug)]
pub struct Ready<'a> {
    /// Where its doors are.
    pub urls: &'a Urls,
    /// The secrets in use.
    pub secrets: &'a Secrets,
    /// The variables that hold them, where they come from the environment.
    pub variables: Option<[String; 2]>,
    /// The names of what is planted.
    pub defects: Vec<&'static str>,
    /// The signature scheme that its postbacks are checked by.
    pub scheme: &'static str,
    /// The canonical form that `s2s-json` signs.
    pub canonical: &'static str,
}

/// Serves until `shutdown` completes. `ready` is told about the stack once connections are taken.
///
/// # Errors
/// When the file is wrong, a defect is not known, or the stack does not start.
pub async fn serve(
    options: ServeOptions,
    ready: impl FnOnce(&Ready<'_>),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), RunError> {
    let FileConfig { config, variables, .. } = configured(options)?;
    let (defects, signature) = (config.planted(), &config.tracker.signature);
    let (scheme, canonical) = (signature.scheme.name, signature.canonical.name());
    let stack = Stack::bind(config).await.map_err(|error| {
        RunError::undone(
            format!("the reference stack does not start: {error}"),
            "choose another address with --listen, or another file with --db",
        )
    })?;
    ready(&Ready { urls: &stack.urls(), secrets: stack.secrets(), variables, defects, scheme, canonical });
    stack
        .serve(shutdown)
        .await
        .map_err(|error| RunError::undone(format!("the reference stack ended: {error}"), "start it again"))
}

/// The configuration of the file, or the default one, with the flags laid over it.
fn configured(options: ServeOptions) -> Result<FileConfig, RunError> {
    let ServeOptions { config: file, listen, database, defects, secrets } = options;
    let mut read = if let Some(path) = file {
        config_file::read(&path)?
    } else {
        let secrets = secrets.map(|(hmac, jwt)| Secrets { hmac, jwt });
        let variables = secrets.is_some().then(|| ["POSTPROOF_SECRET", "POSTPROOF_JWT_SECRET"].map(str::to_owned));
        FileConfig { config: Config { secrets, ..Config::default() }, listens: false, variables }
    };
    match listen {
        Some(listen) => read.config.listen = listen,
        None if read.listens => {}
        None => read.config.listen = LISTEN.into(),
    }
    if let Some(path) = database {
        read.config.database = Database::File(path);
    }
    if !defects.is_empty() {
        read.config.clear();
    }
    for name in defects {
        if !read.config.plant(&name) {
            let known: Vec<&str> = plantable().map(|(name, _)| name).collect();
            let help = format!("name one of {}", known.join(", "));
            return Err(RunError::usage(format!("there is no defect `{name}`"), help));
        }
    }
    Ok(read)
}
