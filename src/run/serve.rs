//! The command `serve`: the reference stack in the foreground, until it is told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;

use postproof_mocks::{Config, DEFECTS, Database, Defect, MISTAKES, Mistake, Secrets, Stack, Urls};

use super::RunError;

/// What `serve` is asked to do.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The database file; in memory without one.
    pub database: Option<PathBuf>,
    /// Defects of the tracker and mistakes of the operator to plant, by name.
    pub defects: Vec<String>,
    /// Secrets to use instead of fresh ones.
    pub secrets: Option<(String, String)>,
}

/// Serves until `shutdown` completes. `ready` is told the URLs and the two secrets once connections are taken.
///
/// # Errors
/// When a defect is not known, or the stack does not start.
pub async fn serve(
    options: ServeOptions,
    ready: impl FnOnce(&Urls, &Secrets),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), RunError> {
    let (defects, mistakes) = planted(&options.defects)?;
    let config = Config {
        listen: options.listen,
        database: options.database.map_or(Database::Memory, Database::File),
        secrets: options.secrets.map(|(hmac, jwt)| Secrets { hmac, jwt }),
        defects,
        mistakes,
        ..Config::default()
    };
    let stack = Stack::bind(config).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
        RunError::undone(
            format!("the reference stack does not start: {error}{cause}"),
            "choose another address with --listen, or another file with --db",
        )
    })?;
    ready(&stack.urls(), stack.secrets());
    stack
        .serve(shutdown)
        .await
        .map_err(|error| RunError::undone(format!("the reference stack ended: {error}"), "start it again"))
}

/// What the names stand for: the tracker's defects, and the operator's mistakes.
fn planted(names: &[String]) -> Result<(Vec<&'static Defect>, Vec<&'static Mistake>), RunError> {
    let (mut defects, mut mistakes) = (Vec::new(), Vec::new());
    for name in names {
        match (Defect::by_name(name), Mistake::by_name(name)) {
            (Some(defect), _) => defects.push(defect),
            (None, Some(mistake)) => mistakes.push(mistake),
            (None, None) => return Err(unknown(name)),
        }
    }
    Ok((defects, mistakes))
}

fn unknown(name: &str) -> RunError {
    let known = DEFECTS.iter().map(|defect| defect.name).chain(MISTAKES.iter().map(|mistake| mistake.name));
    let known: Vec<&str> = known.collect();
    RunError::usage(format!("there is no defect `{name}`"), format!("name one of {}", known.join(", ")))
}
