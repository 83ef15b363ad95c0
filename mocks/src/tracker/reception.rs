//! `POST /postback`: the order in which a postback is judged, and the answer it gets.
//!
//! Each judgement is made in a file of its own; what is planted by a defect is consulted between them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Json as JsonAnswer;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time;

use super::json::Json;
use super::rules::{Answer, Check, Idempotency, Refusals, Rules};
use super::schema::Postback;
use super::signature::{SignatureCheck, Signed};
use super::store::{Booking, Claim, Outcome, Store};
use super::token::TokenCheck;
use super::{booking, envelope, refused};
use crate::answer::Refusal;
use crate::clock;
use crate::secrets::Secrets;

/// The gap that a look before a booking leaves: long enough for concurrent duplicates to meet in it.
const LOOK_GAP: Duration = Duration::from_millis(5);

/// Most postbacks that are answered before they are judged; further ones wait for their answer.
const MAX_UNJUDGED: u32 = 1024;

/// How often, and after which pause, such a postback is offered again to a store that is busy: ten seconds in all.
const UNJUDGED_TRIES: u32 = 500;
const UNJUDGED_PAUSE: Duration = Duration::from_millis(20);

/// How long the stop waits for them.
const UNJUDGED_DRAIN: Duration = Duration::from_secs(1);

/// Takes postbacks.
pub(crate) struct Tracker {
    rules: Rules,
    token: TokenCheck,
    signature: SignatureCheck,
    pub(super) store: Store,
    /// One permit for each postback that was answered but not yet judged.
    unjudged: Arc<Semaphore>,
}

/// One request: its head, and its body or why there is none.
struct Delivery {
    parts: Parts,
    body: Result<Bytes, Refusal>,
}

/// What an accepted postback is told.
#[derive(Serialize)]
struct Ack {
    status: &'static str,
    idempotent: bool,
}

/// Answers one postback.
pub(crate) async fn receive(State(tracker): State<Arc<Tracker>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = envelope::read(body).await;
    let delivery = Delivery { parts, body };
    match tracker.rules.answer {
        Answer::AfterBooking => tracker.judge(&delivery).await.into_response(),
        Answer::BeforeChecks => {
            tracker.judge_later(delivery).await;
            Ack::new(false).into_response()
        }
    }
}

impl Tracker {
    /// A tracker that checks with `secrets` and books in `store`.
    pub(crate) fn new(store: Store, secrets: &Secrets, rules: Rules) -> Self {
        Self {
            rules,
            token: TokenCheck::new(&[(None, &secrets.jwt)]),
            signature: SignatureCheck::s2s_json(&secrets.hmac),
            store,
            unjudged: Arc::new(Semaphore::new(MAX_UNJUDGED as usize)),
        }
    }

    /// Waits for what was answered ahead of its booking, then closes the store.
    pub(crate) async fn close(&self) -> io::Result<()> {
        // Past this bound the store closes all the same; what comes later finds it closed.
        let _ = time::timeout(UNJUDGED_DRAIN, self.unjudged.acquire_many(MAX_UNJUDGED)).await;
        self.store.close().await
    }

    async fn judge(&self, delivery: &Delivery) -> Result<Ack, Refusal> {
        let verdict = match self.check(delivery, clock::now()) {
            Ok(booking) => self.book(booking).await,
            Err(refusal) => Err(refusal),
        };
        if self.rules.refusals == Refusals::Credited
            && verdict.as_ref().is_err_and(|refusal| refusal.status().is_client_error())
        {
            self.credit_refused(delivery).await;
        }
        verdict
    }

    /// Everything that can be judged without the store.
    fn check(&self, delivery: &Delivery, now: Timestamp) -> Result<Booking, Refusal> {
        let headers = &delivery.parts.headers;
        envelope::check(&delivery.parts)?;
        let bytes = delivery.body.as_ref().map_err(Clone::clone)?;
        if self.rules.token == Check::Enforced {
            self.token.check(headers, now)?;
        }
        let body = Json::parse(bytes)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", error.to_string()))?;
        let signed = Signed::new(headers, bytes, Some(&body), now);
        if self.rules.signature == Check::Enforced {
            self.signature.check(&signed)?;
        }
        let digest = Sha256::digest(signed.canonical().unwrap_or_default());
        let postback = Postback::check(&body, now)?;
        Ok(booking::of(postback, digest.into(), self.rules))
    }

    async fn book(&self, booking: Booking) -> Result<Ack, Refusal> {
        let claim = match self.rules.idempotency {
            Idempotency::Atomic => Claim::Unique,
            Idempotency::CheckThenInsert => self.look(&booking).await?,
            Idempotency::Absent => Claim::Unconstrained,
        };
        match self.store.book(booking, claim).await? {
            Outcome::Booked => Ok(Ack::new(false)),
            Outcome::Known => Ok(Ack::new(true)),
            Outcome::Conflict => {
                let hint = "this event_id has come with another payload, which stands; use a new id";
                Err(Refusal::new(StatusCode::CONFLICT, "event_id_conflict", hint))
            }
            Outcome::UnknownClick => {
                Err(Refusal::schema("unknown_click", "send the click_id that the redirector made"))
            }
        }
    }

    /// Looks first and books later, with nothing to hold the two together.
    async fn look(&self, booking: &Booking) -> Result<Claim, Refusal> {
        if self.store.knows(&booking.credit.event_id).await? {
            return Ok(Claim::Unique);
        }
        time::sleep(LOOK_GAP).await;
        Ok(Claim::Unconstrained)
    }

    async fn credit_refused(&self, delivery: &Delivery) {
        let credit = delivery.body.as_ref().ok().and_then(|body| refused::credit(body, self.rules));
        if let Some(credit) = credit {
            // The refusal is the answer, whatever becomes of the credit.
            let _ = self.store.book_refused(credit).await;
        }
    }

    async fn judge_later(self: &Arc<Self>, delivery: Delivery) {
        // The semaphore is never closed, so the only way on is with a permit.
        let permit = Arc::clone(&self.unjudged).acquire_owned().await;
        let tracker = Arc::clone(self);
        tokio::spawn(async move {
            let _permit = permit;
            for _ in 0..UNJUDGED_TRIES {
                match tracker.judge(&delivery).await {
                    Err(refusal) if refusal.status() == StatusCode::SERVICE_UNAVAILABLE => {
                        time::sleep(UNJUDGED_PAUSE).await;
                    }
                    _ => break,
                }
            }
        });
    }
}

impl std::fmt::Debug for Tracker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracker").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Ack {
    fn new(idempotent: bool) -> Self {
        Self { status: "ok", idempotent }
    }
}

impl IntoResponse for Ack {
    fn into_response(self) -> Response {
        ([(CACHE_CONTROL, "no-store")], JsonAnswer(self)).into_response()
    }
}
