//! `GET /operator/dlq` and `POST /operator/dlq/redeliver`: what was given up, and another try at it.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::super::office::Office;
use super::super::store::outbox::{self, Dead, Tried};
use super::answer::shown;
use crate::answer::Refusal;

/// Most dead letters of one page; `after` asks for the next one.
const PAGE: u32 = 500;

/// Most ids of one redelivery.
const MOST_IDS: usize = 500;

/// Room for that many ids of 19 digits.
const MOST_BODY: usize = 16 * 1024;

#[derive(Serialize)]
struct Letters<'a> {
    dlq: Vec<Letter<'a>>,
    /// What to ask for as `after` to see more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

#[derive(Serialize)]
struct Letter<'a> {
    id: i64,
    network: &'a str,
    event_id: &'a str,
    reason: &'a str,
    attempts: u32,
    history: &'a [Tried],
    payload: String,
}

/// What to redeliver; everything when no ids are given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Redelivery {
    #[serde(default)]
    ids: Option<Vec<i64>>,
}

#[derive(Serialize)]
struct Redelivered {
    redelivered: u64,
}

/// Shows a page of the dead letters, the oldest first.
pub(super) async fn list(State(office): State<Arc<Office>>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let after = after(query.as_deref().unwrap_or_default())?;
    let dead = office.writer.run(move |transaction| outbox::dead(transaction, after, PAGE)).await?;
    let dlq: Vec<_> = dead.iter().map(|dead| Letter::of(&office, dead)).collect();
    let next = if dlq.len() < PAGE as usize { None } else { dlq.last().map(|letter| letter.id) };
    Ok(shown(&Letters { dlq, next }))
}

/// Sends dead letters again, each as a fresh message under its old event id.
pub(super) async fn redeliver(State(office): State<Arc<Office>>, request: Request) -> Result<Response, Refusal> {
    let invalid = || {
        let hint = format!("send nothing, or {{\"ids\": [1, 2]}} with at most {MOST_IDS} ids");
        Refusal::new(StatusCode::BAD_REQUEST, "redelivery_invalid", hint)
    };
    let body = to_bytes(request.into_body(), MOST_BODY).await.map_err(|_| invalid())?;
    let Redelivery { ids } = match body.as_ref() {
        b"" => Redelivery::default(),
        body => serde_json::from_slice(body).map_err(|_| invalid())?,
    };
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST_IDS) {
        return Err(invalid());
    }
    let redelivery = office.rules.redelivery;
    let revive = move |transaction: &Transaction<'_>| outbox::revive(transaction, ids.as_deref(), redelivery);
    let redelivered = office.writer.run(revive).await?;
    office.sender.wake_all();
    Ok(shown(&Redelivered { redelivered }))
}

impl<'a> Letter<'a> {
    fn of(office: &Office, dead: &'a Dead) -> Self {
        let network = office.settings.networks.iter().find(|network| network.name == dead.network);
        let payload = network.and_then(|network| office.speaker.shown(network, dead.event.clone()).ok());
        Self {
            id: dead.row,
            network: &dead.network,
            event_id: &dead.event.event_id,
            reason: &dead.reason,
            attempts: dead.attempts,
            history: &dead.history,
            payload: payload.unwrap_or_else(|| "its network is not in the settings any more".to_owned()),
        }
    }
}

fn after(query: &str) -> Result<i64, Refusal> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, value)) = pairs.find(|(name, _)| name == "after") else { return Ok(0) };
    value.parse().map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "after_invalid", "after: send the `next` of the page before")
    })
}
