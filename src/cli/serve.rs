//! `postproof serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, runtime, say, signals};
use crate::run::{RunError, ServeOptions, serve as serve_stack};

/// Arguments of `serve`.
#[derive(Args)]
pub(super) struct ServeArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7070")]
    listen: SocketAddr,
    /// SQLite file for clicks, credits and secrets [default: in memory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Plant a defect of the tracker or a mistake of the operator; can be given several times (`postproof list defects` names them)
    #[arg(long, value_name = "NAME")]
    defect: Vec<String>,
}

pub(super) fn serve(args: ServeArgs) -> Result<Exit, RunError> {
    let secrets = secrets()?;
    let given = secrets.is_some();
    let options = ServeOptions { listen: args.listen, database: args.db, defects: args.defect, secrets };
    let planted = options.defects.join(", ");
    runtime()?.block_on(async {
        let signals = signals::Signals::listen();
        let mut stop = signals.first();
        let ready = |urls: &postproof_mocks::Urls, secrets: &postproof_mocks::Secrets| {
            let secret = |var: &str, value: &str| if given { format!("# {var} is the one of this environment") } else { format!("export {var}={value}") };
            let defects = if planted.is_empty() { "no defects".to_owned() } else { format!("defects: {planted}") };
            let text = format!(
                "reference stack, {defects}; stop it with Ctrl-C\n\n\
                 postbacks  {target}\nclicks     {click}\ncredits    {read_back}\noperator   {operator}\nhealth     {health}\n\n\
                 # paste into the other terminal, then: postproof run\n\
                 export POSTPROOF_TARGET={target}\nexport POSTPROOF_CLICK_URL={click}\nexport POSTPROOF_READ_BACK={read_back}\n\
                 export POSTPROOF_OPERATOR={operator}\n{hmac}\n{jwt}\n",
                target = urls.target,
                click = urls.click,
                read_back = urls.read_back,
                health = urls.health,
                operator = urls.operator,
                hmac = secret("POSTPROOF_SECRET", &secrets.hmac),
                jwt = secret("POSTPROOF_JWT_SECRET", &secrets.jwt),
            );
            // Whoever started it without a terminal still has a stack that runs.
            let _ = say(&text);
        };
        serve_stack(options, ready, async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        })
        .await
    })?;
    Ok(Exit::Pass)
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
