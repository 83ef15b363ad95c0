//! Where postbacks and clicks go, and where the secrets for it lie.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::Problem;
use super::quantity::duration;
use super::raw::{RawClick, RawTarget};
use crate::profile::{self, Profile};

/// The names under which secrets are looked for in the environment when nothing else is said.
const SECRET_VAR: &str = "POSTPROOF_SECRET";
/// The same for the token key.
const JWT_SECRET_VAR: &str = "POSTPROOF_JWT_SECRET";

/// Longest wait for a whole answer, where nothing is said.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// A target outside this process.
#[derive(Clone, Debug)]
pub struct TargetPlan {
    /// The postback URL.
    pub url: Url,
    /// The HMAC secret.
    pub secret: SecretSource,
    /// The token key; an unset default variable means that no token is sent.
    pub jwt_secret: SecretSource,
    /// An opaque bearer token's variable, instead of minted tokens.
    pub bearer_env: Option<String>,
    /// Hosts other than loopback that may be fired at.
    pub allow_hosts: Vec<String>,
    /// Further certificate authorities (PEM).
    pub ca_file: Option<PathBuf>,
    /// Client certificate chain and private key (PEM) for mTLS.
    pub client_files: Option<(PathBuf, PathBuf)>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for a whole answer.
    pub timeout: Duration,
}

/// Where a secret lies; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In an environment variable that the user named.
    Env(String),
    /// In a file.
    File(PathBuf),
    /// In the default environment variable, where it is set.
    DefaultEnv(&'static str),
}

/// How players click.
#[derive(Clone, Debug)]
pub struct ClickPlan {
    /// The click URL; `None`: click ids are derived, and attribution is not exercised.
    pub url: Option<Url>,
    /// Names of the landing URL's parameter that may carry the click id.
    pub parameters: Vec<String>,
    /// Whether the landing page is opened.
    pub visit_landing: bool,
}

pub(super) fn target(raw: &RawTarget) -> Result<Option<TargetPlan>, Problem> {
    let Some(url) = &raw.url else {
        return match &raw.click_url {
            Some(_) => Err(Problem::new(
                "target.click_url",
                "is given without a postback URL",
                "add `url = \"https://…/postback\"` (or --target)",
            )),
            None => Ok(None),
        };
    };
    let client_files = match (&raw.client_cert_file, &raw.client_key_file) {
        (Some(cert), Some(key)) => Some((cert.into(), key.into())),
        (None, None) => None,
        (Some(_), None) => {
            return Err(Problem::new("target.client_cert_file", "is given without its key", "add `client_key_file`"));
        }
        (None, Some(_)) => {
            return Err(Problem::new(
                "target.client_key_file",
                "is given without its certificate",
                "add `client_cert_file`",
            ));
        }
    };
    if raw.bearer_env.is_some() && (raw.jwt_secret_env.is_some() || raw.jwt_secret_file.is_some()) {
        return Err(Problem::new(
            "target.bearer_env",
            "stands beside a token key",
            "keep either the opaque bearer or the key that tokens are minted with",
        ));
    }
    Ok(Some(TargetPlan {
        url: http_url("target.url", url)?,
        secret: secret("target.secret_file", raw.secret_env.as_ref(), raw.secret_file.as_ref(), SECRET_VAR)?,
        jwt_secret: secret(
            "target.jwt_secret_file",
            raw.jwt_secret_env.as_ref(),
            raw.jwt_secret_file.as_ref(),
            JWT_SECRET_VAR,
        )?,
        bearer_env: raw.bearer_env.clone(),
        allow_hosts: raw.allow_hosts.clone(),
        ca_file: raw.ca_file.as_ref().map(PathBuf::from),
        client_files,
        connect_timeout: duration("target.connect_timeout", raw.connect_timeout.as_deref(), Duration::from_secs(3))?,
        timeout: duration("target.timeout", raw.timeout.as_deref(), TIMEOUT)?,
    }))
}

/// The target of a run through an operator: the operator itself, where no postback URL is named besides.
pub(super) fn behind_operator(raw: &RawTarget, operator: Option<&String>) -> Result<Option<TargetPlan>, Problem> {
    match (&raw.url, operator) {
        (Some(_), None) => Err(Problem::new(
            "target.url",
            "stands without the operator that is to fire at it",
            "name the operator too: --operator URL, or `url` in [operator]",
        )),
        (None, Some(url)) => target(&RawTarget { url: Some(url.clone()), ..raw.clone() }),
        (None, None) if raw.click_url.is_some() => Err(Problem::new(
            "target.click_url",
            "stands without the operator that its players go to",
            "name the operator too: --operator URL, or `url` in [operator]",
        )),
        _ => target(raw),
    }
}

pub(super) fn profile(raw: &RawTarget) -> Result<&'static dyn Profile, Problem> {
    let name = raw.profile.as_deref().unwrap_or("s2s-json");
    let known = || profile::PROFILES.iter().map(|profile| profile.name()).collect::<Vec<_>>().join(", ");
    profile::by_name(name).ok_or_else(|| {
        Problem::new("target.profile", format!("is `{name}`, which is not known"), format!("write one of {}", known()))
    })
}

pub(super) fn click(raw: &RawClick, target: &RawTarget) -> Result<ClickPlan, Problem> {
    let url = target.click_url.as_deref().map(|url| http_url("target.click_url", url)).transpose()?;
    let parameters = match &raw.parameter {
        Some(name) if name.is_empty() => {
            return Err(Problem::new(
                "click.parameter",
                "is empty",
                "write the parameter's name, such as \"click_id\"",
            ));
        }
        Some(name) => vec![name.clone()],
        None => vec!["click_id".to_owned(), "clickid".to_owned()],
    };
    Ok(ClickPlan { url, parameters, visit_landing: raw.visit_landing.unwrap_or(true) })
}

/// Reads an `http` or `https` URL with a host and without user or password.
pub(super) fn http_url(path: &str, text: &str) -> Result<Url, Problem> {
    let help = "write it such as \"https://tracker.example/postback\"";
    let url = Url::parse(text).map_err(|error| Problem::new(path, format!("is no URL: {error}"), help))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Problem::new(path, format!("is a URL by `{}`, not by http or https", url.scheme()), help));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::unquoted(
            path,
            "holds a user or password",
            "take it out: secrets come from the environment or a file",
        ));
    }
    Ok(url)
}

fn secret(
    path: &str,
    env: Option<&String>,
    file: Option<&String>,
    default: &'static str,
) -> Result<SecretSource, Problem> {
    match (env, file) {
        (Some(_), Some(_)) => {
            Err(Problem::new(path, "stands beside a variable for the same secret", "keep one of the two"))
        }
        (Some(var), None) => Ok(SecretSource::Env(var.clone())),
        (None, Some(file)) => Ok(SecretSource::File(file.into())),
        (None, None) => Ok(SecretSource::DefaultEnv(default)),
    }
}
