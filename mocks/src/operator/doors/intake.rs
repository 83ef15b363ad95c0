//! A request as every door takes it: its fields, its idempotency key, its session, and whom it comes from.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::time;

use super::super::visitor;
use super::fields::{Fields, is_id};
use crate::answer::Refusal;
use crate::clock::Clock;
use crate::connections::Peer;

/// A request that was read.
pub(in crate::operator) struct Intake {
    pub(super) fields: Fields,
    pub(super) key: Option<String>,
    /// SHA-256 over what is asked for: path, session and fields.
    pub(super) request: [u8; 32],
    pub(super) session_id: Option<String>,
    /// The address of the peer, where the connection tells.
    pub(super) ip: Option<String>,
    pub(super) ua: Option<String>,
    /// Whether a person reads the answer.
    pub(super) reads_html: bool,
    pub(super) now: Timestamp,
}

/// Largest body: many times what the longest allowed fields need.
const MOST_BODY: usize = 16 * 1024;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest browser name that is kept.
const LONGEST_UA: usize = 256;

impl Intake {
    /// Reads a request whose fields are among `known`, and dates it by `clock`.
    pub(super) async fn read(request: Request, known: &[&str], clock: Clock) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let key = key(&parts.headers)?;
        let too_large = |_| {
            let hint = format!("send a whole body of at most {MOST_BODY} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_unreadable", hint)
        };
        let body = time::timeout(PATIENCE, to_bytes(body, MOST_BODY))
            .await
            .map_err(|_| Refusal::timeout("send the body without long pauses"))?
            .map_err(too_large)?;
        let fields = fields(&parts.headers, &body)?;
        fields.only(known)?;
        let session_id = visitor::cookie(joined(&parts.headers).as_deref());
        Ok(Self {
            key,
            request: digest(&parts, session_id.as_deref(), &fields),
            session_id,
            ip: peer(&parts),
            ua: text(&parts.headers, USER_AGENT).map(|ua| ua.chars().take(LONGEST_UA).collect()),
            reads_html: text(&parts.headers, ACCEPT).is_some_and(|accept| accept.contains("text/html")),
            now: clock.now(),
            fields,
        })
    }

    /// What the idempotency of the request hangs on: its key, what it asks for, and when it came.
    pub(in crate::operator) fn keyed(&self) -> (Option<String>, Vec<u8>, Timestamp) {
        (self.key.clone(), self.request.to_vec(), self.now)
    }

    /// When the event happened, in whole seconds: now, or the instant that a back office gives for something earlier.
    pub(super) fn occurred_at(&self) -> Result<Timestamp, Refusal> {
        let whole = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        let Some(text) = self.fields.text("occurred_at") else { return Ok(whole(self.now)) };
        let invalid = |hint| Refusal::schema("occurred_at_invalid", hint);
        let at = text.ends_with('Z').then(|| text.parse::<Timestamp>().ok()).flatten();
        let at = at.ok_or_else(|| invalid("occurred_at: send RFC 3339 in UTC, like 2025-10-21T15:12:31Z"))?;
        if at > self.now {
            return Err(invalid("occurred_at: lies in the future; leave it out for now"));
        }
        Ok(whole(at))
    }
}

/// The peer's address, which every request carries.
pub(crate) fn peer(parts: &Parts) -> Option<String> {
    parts.extensions.get::<Peer>().map(|Peer(address)| address.ip().to_canonical().to_string())
}

fn text(headers: &HeaderMap, name: axum::http::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// All cookie headers as one.
fn joined(headers: &HeaderMap) -> Option<String> {
    let all: Vec<_> = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| is_id(key)).filter(|_| values.next().is_none());
    let hint = "send one Idempotency-Key of 1 to 200 printable ASCII characters";
    let refusal = || Refusal::new(StatusCode::BAD_REQUEST, "idempotency_key_invalid", hint);
    key.map(|key| Some(key.to_owned())).ok_or_else(refusal)
}

fn fields(headers: &HeaderMap, body: &[u8]) -> Result<Fields, Refusal> {
    if body.is_empty() {
        return Ok(Fields::default());
    }
    let media = text(headers, CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    match media.to_ascii_lowercase().as_str() {
        "application/json" => Fields::json(body),
        "application/x-www-form-urlencoded" => Fields::form(body),
        _ => {
            let hint = "send application/json or application/x-www-form-urlencoded";
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", hint))
        }
    }
}

/// Lengths stand before the texts, so that no two requests run together into one.
fn digest(parts: &Parts, session_id: Option<&str>, fields: &Fields) -> [u8; 32] {
    let mut hash = Sha256::new();
    let head = [("", parts.uri.path()), ("session", session_id.unwrap_or_default())];
    for text in head.into_iter().chain(fields.iter()).flat_map(|(name, value)| [name, value]) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}
