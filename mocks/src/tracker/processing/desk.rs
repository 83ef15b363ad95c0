//! Where people look at the queue and the DLQ: `GET /queue`, `GET /dlq`, `POST /dlq/redrive`, `POST /books/open` and
//! `POST /books/close`. Nothing here shows an account, an address or a payload.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answer::Refusal;
use crate::tracker::Tracker;
use crate::tracker::schema::Postback;
use crate::tracker::store::DeadLetter;

/// Dead letters of one answer, and most that one request sends on their way again.
const PAGE: u16 = 500;

/// What the queue looks like.
#[derive(Serialize)]
pub(crate) struct QueueState {
    depth: usize,
    capacity: usize,
    books: &'static str,
}

/// Where to go on reading.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    #[serde(default)]
    after: i64,
}

/// A stretch of the DLQ.
#[derive(Serialize)]
pub(crate) struct Letters {
    total: i64,
    dead_letters: Vec<Letter>,
}

/// A dead letter as people see it.
#[derive(Serialize)]
struct Letter {
    number: i64,
    event_id: Option<String>,
    event: Option<&'static str>,
    reason: String,
    history: serde_json::Value,
    received: Option<Timestamp>,
    buried: Option<Timestamp>,
}

/// What a re-drive did.
#[derive(Serialize)]
pub(crate) struct Redriven {
    redriven: usize,
    remaining: i64,
}

/// `GET /queue`.
pub(crate) async fn queue_state(State(tracker): State<Arc<Tracker>>) -> Json<QueueState> {
    Json(state(&tracker))
}

/// `POST /books/{open|close}`: closed books are an outage that can be called for; postbacks are still accepted.
pub(crate) async fn open_books(
    State(tracker): State<Arc<Tracker>>,
    Path(what): Path<String>,
) -> Result<Json<QueueState>, Refusal> {
    match what.as_str() {
        "open" => tracker.workers.set_open(true),
        "close" => tracker.workers.set_open(false),
        _ => return Err(Refusal::new(StatusCode::NOT_FOUND, "not_found", "there is /books/open and /books/close")),
    }
    Ok(Json(state(&tracker)))
}

/// `GET /dlq?after=NUMBER`.
pub(crate) async fn dead_letters(
    State(tracker): State<Arc<Tracker>>,
    after: Result<Query<After>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Letters>, Refusal> {
    let hint = "send after=NUMBER, the number of the last letter that you have seen, or nothing";
    let Query(After { after }) = after.map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "query_invalid", hint))?;
    let (letters, total) = tracker.store.dead(after, PAGE).await?;
    Ok(Json(Letters { total, dead_letters: letters.into_iter().map(shown).collect() }))
}

/// `POST /dlq/redrive`: the oldest dead letters go back into the queue, as far as there is room.
pub(crate) async fn redrive(State(tracker): State<Arc<Tracker>>) -> Result<Json<Redriven>, Refusal> {
    let mut slots = Vec::new();
    while slots.len() < usize::from(PAGE)
        && let Some(slot) = tracker.queue.reserve()
    {
        slots.push(slot);
    }
    let limit = u16::try_from(slots.len()).unwrap_or(PAGE);
    let monitor = tracker.monitor.clone();
    let fill = move |revived: &Vec<_>| {
        monitor.dead_letters_left(revived.len() as u64);
        for (slot, waiting) in slots.into_iter().zip(revived.iter().cloned()) {
            slot.fill_from_row(waiting);
        }
    };
    let redriven = tracker.store.revive(limit, fill).await?.len();
    let (_, remaining) = tracker.store.dead(i64::MAX, 0).await?;
    Ok(Json(Redriven { redriven, remaining }))
}

fn state(tracker: &Tracker) -> QueueState {
    QueueState {
        depth: tracker.queue.depth(),
        capacity: tracker.queue.capacity(),
        books: if tracker.workers.is_open() { "open" } else { "closed" },
    }
}

fn shown(letter: DeadLetter) -> Letter {
    let postback: Option<Postback> = serde_json::from_str(&letter.waiting.postback).ok();
    Letter {
        number: letter.waiting.seq,
        event: postback.as_ref().map(|postback| postback.event.name()),
        event_id: postback.and_then(|postback| postback.event_id.or(postback.transaction_id)),
        reason: letter.reason,
        history: serde_json::from_str(&letter.history).unwrap_or_default(),
        received: Timestamp::from_millisecond(letter.waiting.received).ok(),
        buried: Timestamp::from_millisecond(letter.buried).ok(),
    }
}
