//! `postproof serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, runtime, say, signals};
use crate::run::{Ready, RunError, ServeOptions, serve as serve_stack};

/// Arguments of `serve`.
#[derive(Args)]
pub(super) struct ServeArgs {
    /// Configuration file (TOML); what is given here lies over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:7070]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// SQLite file for clicks, credits and secrets [default: in memory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Plant a defect of the tracker or a mistake of the operator; can be given several times (`postproof list defects` names them)
    #[arg(long, value_name = "NAME")]
    defect: Vec<String>,
}

pub(super) fn serve(args: ServeArgs) -> Result<Exit, RunError> {
    let ServeArgs { config, listen, db: database, defect: defects } = args;
    // Where there is a file, it says which variables hold the secrets.
    let secrets = if config.is_none() { secrets()? } else { None };
    let options = ServeOptions { config, listen, database, defects, secrets };
    runtime()?.block_on(async {
        let signals = signals::Signals::listen();
        let mut stop = signals.first();
        let ready = |ready: &Ready<'_>| {
            // Whoever started it without a terminal still has a stack that runs.
            let _ = say(&greeting(ready));
        };
        serve_stack(options, ready, async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        })
        .await
    })?;
    Ok(Exit::Pass)
}

/// What the stack says of itself, with the lines to paste.
fn greeting(ready: &Ready<'_>) -> String {
    let Ready { urls, secrets, variables, defects, scheme, canonical } = ready;
    let [hmac, jwt] = variables.clone().map_or([None, None], |names| names.map(Some));
    let defects = if defects.is_empty() { "no defects".to_owned() } else { format!("defects: {}", defects.join(", ")) };
    let flags = match (*scheme, *canonical) {
        ("s2s-json", "jcs") => String::new(),
        ("s2s-json", canonical) => format!(" --canonical {canonical}"),
        (scheme, _) => format!(" --scheme {scheme}"),
    };
    // Runs have to be told whom to trust, which only a scenario can.
    let trust = if urls.target.starts_with("https:") {
        "# with ca_file = \"…\", and client_cert_file and client_key_file where it asks for them, in [target] of a scenario\n"
    } else {
        ""
    };
    format!(
        "reference stack, {defects}; stop it with Ctrl-C\n\n\
         postbacks  {target}\nclicks     {click}\ncredits    {read_back}\noperator   {operator}\npixels     {pixel}\nby method  {conversions}\nhealth     {health}\n\n\
         # paste into the other terminal, then: postproof run{flags}\n{trust}\
         export POSTPROOF_TARGET={target}\nexport POSTPROOF_CLICK_URL={click}\nexport POSTPROOF_READ_BACK={read_back}\n\
         export POSTPROOF_OPERATOR={operator}\n{hmac}\n{jwt}\n",
        target = urls.target,
        click = urls.click,
        read_back = urls.read_back,
        operator = urls.operator,
        pixel = urls.pixel,
        conversions = urls.conversions,
        health = urls.health,
        hmac = secret("POSTPROOF_SECRET", &secrets.hmac, hmac.as_deref()),
        jwt = secret("POSTPROOF_JWT_SECRET", &secrets.jwt, jwt.as_deref()),
    )
}

/// The line that hands a secret over. One out of the environment is not repeated; its variable is.
fn secret(usual: &str, value: &str, variable: Option<&str>) -> String {
    match variable {
        None => format!("export {usual}={value}"),
        Some(variable) if variable == usual => format!("# {usual} is the one of this environment"),
        Some(variable) => format!("export {usual}=\"${variable}\""),
    }
}

/// Both secrets out of the environment, or neither.
fn secrets() -> Result<Option<(String, String)>, RunError> {
    let read = |var: &str| match std::env::var(var) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(RunError::usage(format!("{var} is no UTF-8"), "give the reference stack a secret that is text"))
        }
    };
    match (read("POSTPROOF_SECRET")?, read("POSTPROOF_JWT_SECRET")?) {
        (Some(hmac), Some(jwt)) => Ok(Some((hmac, jwt))),
        (None, None) => Ok(None),
        _ => Err(RunError::usage(
            "only one of POSTPROOF_SECRET and POSTPROOF_JWT_SECRET is set",
            "set both, or neither and let them be drawn",
        )),
    }
}
