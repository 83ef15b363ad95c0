//! `postproof sign`.

use std::path::PathBuf;

use clap::Args;
use hex::encode;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Exit, say_bytes};
use crate::run::{RunError, SignEnd, SignOptions, SignOutcome, sign as sign_or_verify};
use crate::scenario::raw::RawScenario;
use crate::scenario::{self, SecretSource};

/// Arguments of `sign`.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 signed, or the signature holds; 1 it does not hold; 2 usage error.")]
pub(super) struct SignArgs {
    /// The body [default: stdin], byte for byte
    file: Option<PathBuf>,
    /// The signature scheme; `postproof list schemes` names them
    #[arg(long, value_name = "NAME", default_value = "s2s-json")]
    scheme: String,
    /// Environment variable with the HMAC secret [default: POSTPROOF_SECRET]
    #[arg(long, value_name = "VAR")]
    secret_env: Option<String>,
    /// The canonical form that is signed: jcs (the default), sorted or raw
    #[arg(long, value_name = "FORM")]
    canonical: Option<String>,
    /// Body member that carries the signature, instead of a header
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Instant of signing, or of checking, such as 2026-11-20T09:30:00Z [default: now]
    #[arg(long, value_name = "INSTANT")]
    at: Option<Timestamp>,
    /// The message's id, for schemes that sign one [default: the body's `event_id`]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Check this header instead of making it; can be given several times. Without a value where the body carries the signature
    #[arg(long, value_name = "HEADER: VALUE", num_args = 0..=1, value_parser = header)]
    verify: Option<Vec<(String, String)>>,
    /// Show the bytes that are hashed, their length and their SHA-256
    #[arg(long, short = 'v', visible_alias = "verbose")]
    show_canonical: bool,
}

pub(super) fn sign(args: &SignArgs) -> Result<Exit, RunError> {
    let mut raw = RawScenario::default();
    raw.signature.scheme = Some(args.scheme.clone());
    raw.signature.canonical.clone_from(&args.canonical);
    raw.signature.member.clone_from(&args.member);
    let options = SignOptions {
        signature: scenario::check(&raw, "", "")?.signature,
        secret: args.secret_env.clone().map_or(SecretSource::DefaultEnv("POSTPROOF_SECRET"), SecretSource::Env),
        file: args.file.clone(),
        at: args.at,
        id: args.id.clone(),
        verify: args.verify.clone(),
    };
    let outcome = sign_or_verify(&options)?;
    let (mut shown, exit) = end(&outcome);
    if args.show_canonical {
        shown.extend_from_slice(&hashed(&outcome));
    }
    say_bytes(&shown)?;
    Ok(exit)
}

/// Header lines, the signed body where the signature is within it, or what is wrong.
fn end(outcome: &SignOutcome) -> (Vec<u8>, Exit) {
    match &outcome.end {
        SignEnd::Signed(signed) => {
            let mut text = Vec::new();
            for (name, value) in &signed.headers {
                text.extend_from_slice(format!("{name}: {value}\n").as_bytes());
            }
            if let Some(body) = &signed.body {
                text.extend_from_slice(body);
                text.push(b'\n');
            }
            (text, Exit::Pass)
        }
        SignEnd::Holds => (format!("the signature holds: {}\n", outcome.rule).into_bytes(), Exit::Pass),
        SignEnd::Refused { refusal, hint } => {
            let cause = std::error::Error::source(refusal).map_or_else(String::new, |cause| format!(": {cause}"));
            let hint = hint.as_ref().map_or_else(String::new, |hint| format!("{hint}\n"));
            (format!("refused: {refusal}{cause}\nthe rule is {}\n{hint}", outcome.rule).into_bytes(), Exit::Fail)
        }
    }
}

/// The hashed bytes exactly, under a line that says what they are.
fn hashed(outcome: &SignOutcome) -> Vec<u8> {
    let Some(bytes) = &outcome.signed_bytes else {
        return format!("\nwhat is hashed depends on the headers: {}\n", outcome.rule).into_bytes();
    };
    let digest = encode(Sha256::digest(bytes));
    let mut text = format!("\nhashed: {}; {} bytes, SHA-256 {digest}\n", outcome.rule, bytes.len()).into_bytes();
    text.extend_from_slice(bytes);
    text.push(b'\n');
    text
}

fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write it as 'Header-Name: value'".to_owned()),
    }
}
