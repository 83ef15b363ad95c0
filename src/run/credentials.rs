//! What a run signs with and says who it is by: secrets and tokens out of the environment and out of files. What they are used for is the
//! site's.

use std::path::Path;

use jiff::SignedDuration;

use super::{RunError, clock};
use crate::model::Secret;
use crate::scenario::{Scenario, SecretSource, TargetPlan, TokenPlan};
use crate::send::TlsFiles;
use crate::sign::{Bearer, TokenKey, TokenMaker};

pub(super) struct Secrets {
    pub(super) hmac: Secret,
    /// What tokens are made from, besides; never shown.
    pub(super) token_key: Option<Secret>,
    pub(super) bearer: Option<Bearer>,
}

pub(super) fn secrets(target: &TargetPlan, token: &TokenPlan) -> Result<Secrets, RunError> {
    let hmac = secret(&target.secret, "the HMAC secret")?.ok_or_else(|| {
        RunError::usage(
            "the HMAC secret is missing",
            "set POSTPROOF_SECRET, or name a variable that holds it: --secret-env VAR, or secret_env in [target]",
        )
    })?;
    let (token_key, bearer) = if let Some(var) = &target.bearer_env {
        let token = variable(var, "the bearer token")?;
        (Some(token.clone()), Some(Bearer::Opaque(token)))
    } else {
        let key = secret(&target.jwt_secret, "the token key")?;
        let bearer = key.as_ref().map(|key| minted(token, key)).transpose()?;
        (key, bearer)
    };
    if let Some(Err(error)) = bearer.as_ref().map(|bearer| bearer.token(clock::now())) {
        return Err(RunError::usage(error.to_string(), "give the token alone, without the word Bearer"));
    }
    Ok(Secrets { hmac, token_key, bearer })
}

/// A secret out of its source; `None` where the default variable is not set.
pub(super) fn secret(source: &SecretSource, what: &str) -> Result<Option<Secret>, RunError> {
    match source {
        SecretSource::Env(var) => variable(var, what).map(Some),
        SecretSource::DefaultEnv(var) if std::env::var_os(var).is_none() => Ok(None),
        SecretSource::DefaultEnv(var) => variable(var, what).map(Some),
        SecretSource::File(path) => file(path, what).map(|bytes| Some(Secret::new(bytes))),
    }
}

/// A secret out of the environment: the variable's bytes as they are.
pub(super) fn variable(var: &str, what: &str) -> Result<Secret, RunError> {
    use std::os::unix::ffi::OsStringExt as _;
    match std::env::var_os(var) {
        Some(value) if !value.is_empty() => Ok(Secret::new(value.into_vec())),
        Some(_) => Err(RunError::usage(
            format!("{what} is empty: the variable {var} holds nothing"),
            format!("export {var}=…"),
        )),
        None => {
            Err(RunError::usage(format!("{what} is missing: the variable {var} is not set"), format!("export {var}=…")))
        }
    }
}

fn file(path: &Path, what: &str) -> Result<Vec<u8>, RunError> {
    std::fs::read(path).map_err(|error| {
        RunError::usage(
            format!("{what} cannot be read from {}: {error}", path.display()),
            "check the path in the scenario",
        )
    })
}

pub(super) fn minted(plan: &TokenPlan, key: &Secret) -> Result<Bearer, RunError> {
    let key = TokenKey::new(plan.algorithm, key).map_err(|error| {
        RunError::usage(error.to_string(), "HS256 takes any secret; RS256 and ES256 take a PEM private key")
    })?;
    Ok(Bearer::Minted(TokenMaker {
        key,
        lifetime: SignedDuration::try_from(plan.lifetime).unwrap_or(SignedDuration::from_mins(10)),
        kid: plan.key_id.clone(),
        issuer: plan.issuer.clone(),
        audience: plan.audience.clone(),
        subject: None,
    }))
}

pub(super) fn tls_files(target: &TargetPlan) -> Result<TlsFiles, RunError> {
    let authorities = target.ca_file.as_deref().map(|path| file(path, "the certificate authorities")).transpose()?;
    let identity = match &target.client_files {
        None => None,
        Some((certificate, key)) => {
            Some([file(certificate, "the client certificate")?, b"\n".to_vec(), file(key, "the client key")?].concat())
        }
    };
    Ok(TlsFiles { authorities, identity })
}

pub(super) fn operator_bearer(scenario: &Scenario) -> Result<Option<String>, RunError> {
    let what = "the operator's bearer token";
    let bearer = scenario.operator.bearer_env.as_deref().map(|var| variable(var, what)).transpose()?;
    let text = |secret: &Secret| match std::str::from_utf8(secret.expose()) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        _ => Err(RunError::usage(format!("{what} is no token"), "give the token alone, without the word Bearer")),
    };
    bearer.as_ref().map(text).transpose()
}
