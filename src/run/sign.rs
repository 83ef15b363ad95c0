//! The command `sign`: signs a body that somebody has at hand, or checks a signature that somebody was sent, and shows
//! the bytes that are hashed. It sends nothing.

use std::io::Read;
use std::path::PathBuf;

use jiff::Timestamp;

use super::credentials::secret;
use super::shot::unsignable;
use super::{RunError, clock};
use crate::model::Secret;
use crate::profile::Payload;
use crate::scenario::{SecretSource, SignaturePlan};
use crate::sign::{Canonical, Delivered, Message, Refusal, Settings, Signed};

/// Longest body that is read, in bytes; receivers commonly take a megabyte at most.
const MAX_BODY: u64 = 8 << 20;

/// What `sign` is asked to do.
pub struct SignOptions {
    /// The scheme with its settings.
    pub signature: SignaturePlan,
    /// Where the secret is.
    pub secret: SecretSource,
    /// The body's file; stdin without one.
    pub file: Option<PathBuf>,
    /// The instant of signing, or of checking; now without one.
    pub at: Option<Timestamp>,
    /// The message's id; the body's `event_id` without one.
    pub id: Option<String>,
    /// Headers to check instead of making them.
    pub verify: Option<Vec<(String, String)>>,
}

/// What came of it.
pub struct SignOutcome {
    /// The rule in words.
    pub rule: String,
    /// The bytes that are hashed, where they are known without the headers.
    pub signed_bytes: Option<Vec<u8>>,
    /// What was made or found.
    pub end: SignEnd,
}

/// What was made or found.
pub enum SignEnd {
    /// The message was signed.
    Signed(Signed),
    /// The signature holds.
    Holds,
    /// It does not.
    Refused {
        /// Why.
        refusal: Refusal,
        /// Under which other rule it would hold.
        hint: Option<String>,
    },
}

/// Signs a body, or checks a signature.
///
/// # Errors
/// When the body or the secret cannot be read, or the body cannot be signed.
pub fn sign(options: &SignOptions) -> Result<SignOutcome, RunError> {
    let key = secret(&options.secret, "the HMAC secret")?.ok_or_else(|| {
        RunError::usage("the HMAC secret is missing", "set POSTPROOF_SECRET, or name a variable: --secret-env VAR")
    })?;
    let body = body(options)?;
    let own_id = || Payload::read(&body).ok().and_then(|payload| payload.text("event_id"));
    let id = options.id.clone().or_else(own_id).unwrap_or_default();
    let at = options.at.unwrap_or_else(clock::now);
    let message = Message { body: &body, id: &id, at };
    let scheme = options.signature.build();
    let rule = scheme.describe();
    let Some(headers) = &options.verify else {
        let signed = scheme.sign(&key, &message).map_err(|error| unsignable(&error))?;
        let signed_bytes = Some(scheme.signed_bytes(&message).map_err(|error| unsignable(&error))?.into_owned());
        return Ok(SignOutcome { rule, signed_bytes, end: SignEnd::Signed(signed) });
    };
    let delivered = Delivered { headers, body: &body, now: at };
    let end = match scheme.verify(&key, &delivered) {
        Ok(()) => SignEnd::Holds,
        Err(refusal) => {
            let hint = (refusal == Refusal::Mismatch).then(|| hint(options, &key, &delivered)).flatten();
            SignEnd::Refused { refusal, hint }
        }
    };
    // Elsewhere id and time belong to the hashed bytes, and those stand in the headers.
    let signed_bytes = scheme
        .canonical()
        .and_then(|_| without_signature(options, &body))
        .or_else(|| scheme.window().is_none().then(|| body.clone()));
    Ok(SignOutcome { rule, signed_bytes, end })
}

/// The hashed bytes of a body that may carry its signature as a member.
fn without_signature(options: &SignOptions, body: &[u8]) -> Option<Vec<u8>> {
    let message = Message { body, id: "", at: Timestamp::UNIX_EPOCH };
    options.signature.build().signed_bytes(&message).ok().map(std::borrow::Cow::into_owned)
}

/// The other canonical form under which a signature holds, or the secret without the line end that a file adds.
fn hint(options: &SignOptions, key: &Secret, delivered: &Delivered<'_>) -> Option<String> {
    let plan = &options.signature;
    let own = plan.build().canonical();
    let forms = Canonical::ALL.into_iter().filter(|form| own.is_some_and(|own| own != *form));
    let holds = |settings: Settings, key: &Secret| (plan.scheme.build)(settings).verify(key, delivered).is_ok();
    for canonical in forms {
        if holds(Settings { canonical, ..plan.settings.clone() }, key) {
            return Some(format!("it holds over another form, {}: --canonical {canonical}", canonical.describe()));
        }
    }
    let trimmed = key.expose().trim_ascii_end();
    let shorter = trimmed.len() < key.expose().len() && holds(plan.settings.clone(), &Secret::new(trimmed));
    shorter.then(|| "it holds by the secret without the blank or line end behind it".to_owned())
}

fn body(options: &SignOptions) -> Result<Vec<u8>, RunError> {
    let (name, source): (String, std::io::Result<Box<dyn Read>>) = match &options.file {
        None => ("stdin".to_owned(), Ok(Box::new(std::io::stdin().lock()))),
        Some(path) => (path.display().to_string(), std::fs::File::open(path).map(|file| Box::new(file) as _)),
    };
    let mut body = Vec::new();
    let read = source.and_then(|source| source.take(MAX_BODY + 1).read_to_end(&mut body));
    match read {
        Err(error) => Err(RunError::usage(format!("{name} cannot be read: {error}"), "check the path")),
        Ok(_) if body.len() as u64 > MAX_BODY => {
            Err(RunError::usage(format!("{name} is longer than {MAX_BODY} bytes"), "sign one message at a time"))
        }
        Ok(_) => Ok(body),
    }
}
