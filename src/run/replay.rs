//! The command `replay`: a recorded postback once more, as a new event, as the same one signed afresh, or byte for byte.
//! The log of a run has blotted out the player's address and browser; what follows from that is decided here.

use std::path::PathBuf;

use super::recorded::{self, Recorded};
use super::shot::{Leaving, Shot, shoot, target, unsignable};
use super::site::Site;
use super::{RunError, clock, inputs};
use crate::model::{EventKind, Ids, RunTag};
use crate::profile::{Payload, PayloadError, Postback, Sample, TokenUse};
use crate::scenario::Scenario;
use crate::sign::Place;

/// What a log has in place of an address or a browser.
const BLOT: &str = "…";

/// What is sent where the log has a blot: an address that RFC 5737 keeps for documentation, and no browser.
const STAND_INS: [(&str, &str); 2] = [("ip", "192.0.2.1"), ("ua", "postproof replay")];

/// What `replay` is asked to do.
pub struct ReplayOptions {
    /// Where to, and with what secrets.
    pub scenario: Scenario,
    /// A file, or an `event_id`.
    pub what: String,
    /// The run whose DLQ has it.
    pub run: Option<PathBuf>,
    /// What of it stays.
    pub kept: Kept,
    /// Whether it is sent.
    pub leaving: Leaving,
}

/// What of a recorded postback stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All but its id: the target has never seen the event.
    AllButTheId,
    /// Everything that it says; signature and token are new.
    Content,
    /// Every byte, signature included; the token is new, because none is recorded.
    Bytes,
}

/// Sends recorded postbacks again, one after the other; `each` is told what came of it.
///
/// # Errors
/// When there is no target, nothing was recorded under that name, or it cannot be sent as asked.
pub async fn replay(options: ReplayOptions, mut each: impl FnMut(Shot)) -> Result<(), RunError> {
    let ReplayOptions { scenario, what, run, kept, leaving } = options;
    let recorded = recorded::find(&what, run.as_deref())?;
    let site = target(&scenario).await?;
    for recorded in recorded {
        let mut notes = vec![format!("replays {}", recorded.from)];
        let postback = match kept {
            Kept::Bytes => verbatim(&site, recorded, &mut notes)?,
            Kept::AllButTheId | Kept::Content => afresh(&site, &recorded, kept, &mut notes)?,
        };
        each(shoot(&site, &scenario, &postback, notes, leaving).await?);
    }
    Ok(())
}

fn unreadable(recorded: &Recorded, error: &PayloadError) -> RunError {
    RunError::usage(format!("the body of {} cannot be used: {error}", recorded.from), "name a file with a JSON object")
}

/// The recorded bytes under the recorded headers, where both are whole.
fn verbatim(site: &Site, recorded: Recorded, notes: &mut Vec<String>) -> Result<Postback, RunError> {
    let payload = Payload::read(&recorded.body).map_err(|error| unreadable(&recorded, &error))?;
    let Some(headers) = recorded.headers else {
        return Err(RunError::usage(
            format!("{} is a body without the headers that it was sent with", recorded.from),
            "--same-id signs it as it is; verbatim needs a line of a dlq.ndjson",
        ));
    };
    let blotted: Vec<&str> = payload.holding(BLOT).collect();
    if !blotted.is_empty() {
        return Err(RunError::usage(
            format!("{} cannot be sent verbatim: the log has blotted out {}", recorded.from, blotted.join(" and ")),
            "--same-id sends stand-ins for them, signed afresh",
        ));
    }
    let event_id = payload.text("event_id").unwrap_or_default();
    let postback = Postback { event_id, headers, body: recorded.body, token: TokenUse::Fresh, renewed: false };
    if site.dialect.bearer.is_some() {
        notes.push("the token is made now: logs hold none".to_owned());
    }
    if let Err(refusal) = site.dialect.verify(&postback, clock::now()) {
        notes.push(format!("by the scheme and secret given here the recorded signature does not hold: {refusal}"));
    }
    Ok(postback)
}

/// The recorded content, signed now.
fn afresh(site: &Site, recorded: &Recorded, kept: Kept, notes: &mut Vec<String>) -> Result<Postback, RunError> {
    let mut payload = Payload::read(&recorded.body).map_err(|error| unreadable(recorded, &error))?;
    let mut rewritten = false;
    if let Place::Member(name) = site.dialect.scheme.place() {
        rewritten |= payload.remove(&name);
    }
    let stand_ins = if recorded.headers.is_some() { &STAND_INS[..] } else { &[] };
    for (name, stand_in) in stand_ins {
        if payload.text(name).as_deref() == Some(BLOT) {
            payload.set_text(name, stand_in);
            notes.push(format!("`{name}` is {stand_in:?}: the log has blotted out the player's own"));
            rewritten = true;
        }
    }
    if kept == Kept::AllButTheId {
        let (old, new) = (payload.text("event_id").unwrap_or_default(), fresh_id(&payload)?);
        payload.set_text("event_id", &new);
        notes.push(format!("event_id is {new} instead of {old}: to the target this is a new event"));
        rewritten = true;
    }
    // What need not be written anew stays byte for byte, layout included.
    let body = if rewritten { payload.write() } else { recorded.body.clone() };
    let event_id = payload.text("event_id").unwrap_or_default();
    site.dialect.postback(&event_id, body, clock::now()).map_err(|error| unsignable(&error))
}

/// An id that no run derived before, of the event's kind where that is known.
fn fresh_id(payload: &Payload) -> Result<String, RunError> {
    let tag = RunTag::from_bits(inputs::fresh()?);
    let kind = payload.text("event").and_then(|name| EventKind::from_name(&name));
    Ok(kind.map_or_else(|| format!("evt_{tag}"), |kind| Sample::new(Ids::new(tag.clone())).event_id(kind)))
}
