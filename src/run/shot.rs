//! One postback by hand: sent once, without retries, or written as a curl command. What it says is `fire`'s and
//! `replay`'s.

use std::time::Duration;

use super::site::Site;
use super::{RunError, clock};
use crate::model::FailReason;
use crate::model::Outcome;
use crate::profile::{Payload, Postback};
use crate::scenario::Scenario;
use crate::send::{Authorization, Command, Outgoing, Patience};
use crate::sign::{Bearer, SignError, Token};

/// Longest body that is taken, in bytes. Linux hands a program no word above 128 KiB, and the curl command has to stay
/// one that works.
pub(super) const MAX_BODY: usize = 96 * 1024;

/// What was done with a postback.
#[derive(Debug)]
pub struct Shot {
    /// The id that it carries, where it carries one.
    pub event_id: String,
    /// What a reader should know about how it was made.
    pub notes: Vec<String>,
    /// What came of it.
    pub end: End,
}

/// What came of a postback.
#[derive(Debug)]
pub enum End {
    /// It was written as a command, and not sent.
    Command(String),
    /// It was sent.
    Answered {
        /// Where to.
        url: String,
        /// What the sender may conclude.
        outcome: Outcome,
        /// The answer's status, if one arrived.
        status: Option<u16>,
        /// The beginning of the answer, without secrets.
        answer: Option<String>,
        /// From sending to the end.
        took: Duration,
    },
}

/// Whether postbacks leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// They are sent.
    Sent,
    /// They are written as commands.
    DryRun,
}

/// Opens the target of a tool, which has to be one outside this process.
pub(super) async fn target(scenario: &Scenario) -> Result<Site, RunError> {
    if scenario.target.is_none() {
        return Err(RunError::usage(
            "there is no target to fire at",
            "give --target URL or set POSTPROOF_TARGET; `postproof serve` starts a target and prints the lines to paste",
        ));
    }
    Site::open(scenario).await
}

/// A body that cannot be signed, told to the user.
pub(super) fn unsignable(error: &SignError) -> RunError {
    let help = match error {
        SignError::Id { .. } => "give an id that fits; without one, a body's own `event_id` is taken",
        SignError::Key { .. } => "give the secret as the other side shows it, or another --scheme",
        SignError::Instant => "give a later instant",
        _ => "correct the body, or take a scheme over the exact bytes (--canonical raw)",
    };
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    RunError::usage(format!("the message cannot be signed: {error}{cause}"), help)
}

/// Sends a postback, or writes it down.
pub(super) async fn shoot(
    site: &Site,
    scenario: &Scenario,
    postback: &Postback,
    notes: Vec<String>,
    leaving: Leaving,
) -> Result<Shot, RunError> {
    let now = clock::now();
    let token = site.dialect.token(postback.token, now).map_err(|error| {
        RunError::undone(format!("no token can be made: {error}"), "check the token key and its lifetime")
    })?;
    let end = match leaving {
        Leaving::DryRun => End::Command(command(site, scenario, postback, token.as_ref())),
        Leaving::Sent => sent(site, postback, token.as_ref()).await?,
    };
    Ok(Shot { event_id: postback.event_id.clone(), notes, end })
}

async fn sent(site: &Site, postback: &Postback, token: Option<&Token>) -> Result<End, RunError> {
    let outgoing = Outgoing { url: &site.url, profile: site.dialect.profile, postback, token };
    let exchange = site.client.post(outgoing, Patience::Full).await;
    if exchange.outcome == Outcome::Fail(FailReason::NotConnected) {
        return Err(RunError::undone(
            format!("the target {} cannot be reached: no connection", site.url),
            "start it, or correct --target",
        ));
    }
    let mut redactor = site.redactor.clone().and(token.map_or("", Token::expose));
    if let Ok(payload) = Payload::read(&postback.body) {
        let private = ["ip", "ua"].into_iter().filter_map(|name| payload.text(name));
        redactor = private.fold(redactor, crate::send::Redactor::and);
    }
    Ok(End::Answered {
        url: site.url.to_string(),
        outcome: exchange.outcome,
        status: exchange.answer.as_ref().map(|answer| answer.status).or(exchange.outcome.status()),
        answer: exchange.answer.map(|answer| redactor.excerpt(&answer.body)),
        took: exchange.took,
    })
}

/// The command, under comments that say how long it can be used.
fn command(site: &Site, scenario: &Scenario, postback: &Postback, token: Option<&Token>) -> String {
    let target = scenario.target.as_ref();
    let (token_note, authorization) = match (&site.dialect.bearer, token) {
        (Some(Bearer::Opaque(_)), Some(_)) => {
            let variable = target.and_then(|target| target.bearer_env.as_deref()).unwrap_or_default();
            ("# the token is taken out of its variable\n".to_owned(), Authorization::Variable(variable))
        }
        (_, Some(token)) => {
            let lifetime = scenario.token.lifetime.as_secs();
            (format!("# the token lives for {lifetime} s from now\n"), Authorization::Token(token.expose()))
        }
        (_, None) => (String::new(), Authorization::None),
    };
    let window = site.dialect.scheme.window();
    let window_note =
        window.map_or_else(String::new, |window| format!("# the signature is taken while it is {window}\n"));
    let mut files = Vec::new();
    if let Some(path) = target.and_then(|target| target.ca_file.as_ref()) {
        files.push(("--cacert", path.display().to_string()));
    }
    if let Some((certificate, key)) = target.and_then(|target| target.client_files.as_ref()) {
        files.push(("--cert", certificate.display().to_string()));
        files.push(("--key", key.display().to_string()));
    }
    let command = Command { url: &site.url, profile: site.dialect.profile, postback, authorization, files: &files };
    format!("{token_note}{window_note}{}", command.write())
}
