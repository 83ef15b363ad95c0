//! `POST /postback`: the order in which a postback is judged, and the answer it gets.
//!
//! Each judgement is made in a file of its own; what is planted by a defect is consulted between them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time;

use super::ack::Ack;
use super::books::programme::Programme;
use super::books::terms::Terms;
use super::books::valuation::Books;
use super::identity::{self, Dialect};
use super::json::Json;
use super::levels::Held;
use super::peers::{Admission, Doorkeeper};
use super::processing::{Queue, Workers};
use super::rules::{Answer, BadInput, Check, Endpoint, Idempotency, Order, Refusals, Rules};
use super::schema::Postback;
use super::signature::{Secret, SettingsError as SignatureSettingsError, SignatureCheck, Signed, Signing};
use super::store::{Acceptance, Accepted, Claim, Store, Waiting};
use super::to_its_end::ToItsEnd;
use super::token::{TokenCheck, Tokens};
use super::witness::Witness;
use super::wording::Words;
use super::{envelope, order, refused};
use crate::answer::Refusal;
use crate::clock;
use crate::connections::Peer;
use crate::monitoring::Monitor;
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

/// What a tracker is set up with.
#[derive(Debug, Clone)]
pub struct TrackerSettings {
    /// By what senders name their events.
    pub dialect: Dialect,
    /// Who may send, and how fast.
    pub admission: Admission,
    /// Most postbacks that are accepted and not yet booked; further ones are told to come again.
    pub queue_capacity: usize,
    /// The brands that have an endpoint of their own, `/postback/<brand>`; every brand when absent.
    pub endpoints: Option<Vec<String>>,
    /// How postbacks are signed.
    pub signature: Signing,
    /// What their tokens have to say.
    pub tokens: Tokens,
    /// By which terms, rates and spend the books are kept.
    pub programme: Programme,
}

/// What a sender is told whose postback cannot be understood.
const BAD_INPUT: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];

/// Takes postbacks.
pub(crate) struct Tracker {
    rules: Rules,
    dialect: Dialect,
    endpoints: Option<Vec<String>>,
    books: Books,
    doorkeeper: Doorkeeper,
    token: TokenCheck,
    signature: SignatureCheck,
    pub(super) store: Store,
    pub(super) queue: Arc<Queue>,
    pub(super) workers: Workers,
    pub(super) monitor: Monitor,
    /// Postbacks so far; only counted for the rule that turns some away.
    counted: AtomicU32,
    /// One permit for each postback that was answered but not yet judged.
    unjudged: Arc<Semaphore>,
}

/// One request: its head, and its body or why there is none.
struct Delivery {
    parts: Parts,
    /// The brand whose own endpoint it came to.
    brand: Option<String>,
    body: Result<Bytes, Refusal>,
    witness: Witness,
}

/// A checked postback, and what it needs to be taken.
struct Checked {
    postback: Postback,
    digest: [u8; 32],
    received: Timestamp,
}

impl Default for TrackerSettings {
    /// What seed 003 describes, open to every address; the queue holds some 50 MB at most.
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            admission: Admission::default(),
            queue_capacity: 100_000,
            endpoints: None,
            signature: Signing::default(),
            tokens: Tokens::default(),
            programme: Programme::default(),
        }
    }
}

/// Answers one postback to the endpoint of all brands.
pub(crate) async fn receive(State(tracker): State<Arc<Tracker>>, request: Request) -> Response {
    respond(tracker, None, request).await
}

/// Answers one postback to the endpoint of one brand.
pub(crate) async fn receive_for_brand(
    State(tracker): State<Arc<Tracker>>,
    Path(brand): Path<String>,
    request: Request,
) -> Response {
    if tracker.endpoints.as_ref().is_some_and(|brands| !brands.contains(&brand)) {
        let hint = "no brand of that name has an endpoint of its own; use /postback and brand_id";
        return Refusal::new(StatusCode::NOT_FOUND, "not_found", hint).into_response();
    }
    respond(tracker, Some(brand), request).await
}

/// Answers one postback to the place that the endpoint of all brands redirects to, where a defect makes it do so.
pub(crate) async fn receive_redirected(State(tracker): State<Arc<Tracker>>, request: Request) -> Response {
    respond(tracker, Some(String::new()), request).await
}

async fn respond(tracker: Arc<Tracker>, brand: Option<String>, request: Request) -> Response {
    if tracker.rules.endpoint == Endpoint::Redirecting && brand.is_none() {
        return Redirect::permanent("/postback/").into_response();
    }
    let (parts, body) = request.into_parts();
    let body = envelope::read(body, tracker.rules.outside).await;
    let witness = Witness::begin(&tracker.monitor);
    let delivery = Delivery { parts, brand: brand.filter(|brand| !brand.is_empty()), body, witness };
    match tracker.rules.answer {
        Answer::AfterBooking => {
            let words = Words::of(tracker.rules.wording, &delivery.parts.headers);
            // Whoever asked may hang up; what was begun is judged to its end and counted all the same.
            let judged = ToItsEnd::new(async move {
                let verdict = tracker.judge(&delivery).await;
                tracker.tell(&delivery, &verdict);
                verdict
            });
            judged.await.map_or_else(|refusal| words.tell(refusal), Ack::into_response)
        }
        Answer::BeforeChecks => {
            tracker.judge_later(delivery).await;
            Ack::new(false).into_response()
        }
    }
}

impl Tracker {
    /// A tracker that checks with `secrets` and keeps everything in `store`.
    ///
    /// # Errors
    /// When the signing secrets are none of the scheme.
    pub(crate) fn new(
        store: Store,
        secrets: &Secrets,
        settings: TrackerSettings,
        rules: Rules,
        monitor: Monitor,
    ) -> Result<Self, SignatureSettingsError> {
        let queue = Queue::new(settings.queue_capacity);
        monitor.ask(Arc::new(Held { queue: Arc::clone(&queue), store: store.clone() }));
        let signature = settings.signature.with(Secret::new(&secrets.hmac))?.read_as(rules.signatures);
        let books = Books::new(settings.programme, rules.rate_day);
        Ok(Self {
            rules,
            dialect: settings.dialect,
            doorkeeper: Doorkeeper::new(settings.admission, rules.forwarded).with_limit(rules.rate_limit),
            endpoints: settings.endpoints,
            token: settings.tokens.check(&secrets.jwt).read_as(rules.tokens),
            signature: SignatureCheck::new(&signature)?,
            workers: Workers::new(store.clone(), Arc::clone(&queue), rules, books.clone(), monitor.clone()),
            monitor,
            books,
            store,
            queue,
            counted: AtomicU32::new(0),
            unjudged: Arc::new(Semaphore::new(MAX_UNJUDGED as usize)),
        })
    }

    /// The terms that the books are kept by.
    pub(super) fn terms(&self) -> &Arc<Terms> {
        self.books.terms()
    }

    /// The rules, wrong ones among them.
    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    /// Takes up what an earlier process left, and begins to book.
    pub(crate) async fn start(&self) -> Result<(), Refusal> {
        let (_, dead) = self.store.dead(i64::MAX, 0).await?;
        self.monitor.dead_letters(u64::try_from(dead).unwrap_or_default());
        self.workers.start().await
    }

    /// Waits for what was answered ahead of its booking, then closes the store.
    pub(crate) async fn close(&self) -> io::Result<()> {
        // Past this bound the store closes all the same; what comes later finds it closed.
        let _ = time::timeout(UNJUDGED_DRAIN, self.unjudged.acquire_many(MAX_UNJUDGED)).await;
        self.workers.stop();
        self.store.close().await
    }

    async fn judge(&self, delivery: &Delivery) -> Result<Ack, Refusal> {
        let verdict = match self.check(delivery, self.monitor.clock().now()) {
            Ok(checked) => self.take(checked).await,
            Err(refusal) => Err(refusal),
        };
        let Err(refusal) = &verdict else { return verdict };
        if self.rules.refusals == Refusals::Credited && refusal.status().is_client_error() {
            self.credit_refused(delivery).await;
        }
        if self.rules.bad_input == BadInput::ServerError && BAD_INPUT.contains(&refusal.status()) {
            let hint = "something went wrong";
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", hint));
        }
        verdict
    }

    /// Tells monitoring what came of a delivery.
    fn tell(&self, delivery: &Delivery, verdict: &Result<Ack, Refusal>) {
        match verdict {
            Ok(ack) => delivery.witness.accepted(&self.monitor, ack.idempotent),
            Err(refusal) => delivery.witness.refused(&self.monitor, refusal, &delivery.body),
        }
    }

    /// Everything that can be judged without the store. Events are of the stack's time, `now`; who sends, with which
    /// token and under which signature, is of the real one.
    fn check(&self, delivery: &Delivery, now: Timestamp) -> Result<Checked, Refusal> {
        let (headers, real) = (&delivery.parts.headers, clock::wall());
        let peer = delivery.parts.extensions.get::<Peer>().map(|Peer(address)| address.ip());
        self.doorkeeper.check(peer, headers, real)?;
        envelope::check(&delivery.parts, self.rules.outside)?;
        let bytes = delivery.body.as_ref().map_err(Clone::clone)?;
        if self.rules.token == Check::Enforced {
            self.token.check(headers, real, self.rules.expiry)?;
        }
        let body = Json::parse_under(bytes, self.rules.reading.names)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", error.to_string()))?;
        delivery.witness.reads(&self.monitor, &body);
        let signed = Signed::new(headers, bytes, Some(&body), real);
        if self.rules.signature == Check::Enforced {
            self.signature.check(&signed)?;
        }
        let digest = Sha256::digest(signed.canonical().unwrap_or_default()).into();
        let mut postback = Postback::check(&body, self.dialect, now, self.rules.reading)?;
        match (&delivery.brand, &postback.brand_id) {
            (Some(endpoint), Some(named)) if endpoint != named => {
                let hint = "brand_id: this is the endpoint of another brand";
                return Err(Refusal::schema("brand_mismatch", hint));
            }
            (Some(endpoint), None) => postback.brand_id = Some(endpoint.clone()),
            _ => {}
        }
        Ok(Checked { postback, digest, received: now })
    }

    /// Claims the event and queues it. When this says yes, the event is on disk.
    async fn take(&self, checked: Checked) -> Result<Ack, Refusal> {
        let Checked { postback, digest, received } = checked;
        if self.rules.order == Order::RegistrationFirst {
            order::check(&postback, &self.store).await?;
        }
        let claim = identity::claim(&postback, self.dialect, self.rules.keys);
        if self.is_turned_away(&claim, digest).await? {
            return Err(Refusal::too_many(1));
        }
        let claim = self.under_rules(claim).await?;
        let Some(slot) = self.queue.reserve() else {
            return Err(Refusal::unavailable("queue_full", "send it again after a second"));
        };
        let text = serde_json::to_string(&postback)
            .map_err(|_| Refusal::unavailable("busy", "send it again after a second"))?;
        let received = received.as_millisecond();
        let acceptance = Acceptance {
            claim,
            digest,
            click_id: postback.click_id.clone(),
            conflict: self.rules.conflict,
            click_has_to_be_known: self.rules.click == Check::Enforced,
            received,
            postback: text,
        };
        // Whoever asked may be gone by the time of the commit; the queue is told all the same.
        let queued = move |accepted: &Accepted, text: String| match *accepted {
            Accepted::Queued(seq) => slot.fill(Waiting { seq, received, postback: text }, postback, false),
            Accepted::Replaces(seq) => slot.fill(Waiting { seq, received, postback: text }, postback, true),
            Accepted::Known | Accepted::Conflict | Accepted::UnknownClick => drop(slot),
        };
        match self.store.accept(acceptance, queued).await? {
            Accepted::Queued(_) => Ok(Ack::new(false)),
            Accepted::Known | Accepted::Replaces(_) => Ok(Ack::new(true)),
            Accepted::Conflict => {
                let hint = "this event_id has come with another payload, which stands; use a new id";
                Err(Refusal::new(StatusCode::CONFLICT, "event_id_conflict", hint))
            }
            Accepted::UnknownClick => {
                Err(Refusal::schema("unknown_click", "send the click_id that the redirector made"))
            }
        }
    }

    /// The claim under the rule that is in force.
    async fn under_rules(&self, claim: Claim) -> Result<Claim, Refusal> {
        Ok(match (self.rules.idempotency, claim) {
            (Idempotency::Absent, Claim::Id(id)) => Claim::Anybody(id),
            // Looks first and books later, with nothing to hold the two together.
            (Idempotency::CheckThenInsert, Claim::Id(id)) => {
                if self.store.knows(id.clone()).await? {
                    return Ok(Claim::Id(id));
                }
                time::sleep(LOOK_GAP).await;
                Claim::Anybody(id)
            }
            (_, claim) => claim,
        })
    }

    /// Whether the rule that turns some away meets this one: told to come again, it is noted as if it had been taken.
    async fn is_turned_away(&self, claim: &Claim, digest: [u8; 32]) -> Result<bool, Refusal> {
        let (Some(every), Claim::Id(id)) = (self.rules.busy, claim) else { return Ok(false) };
        let counted = self.counted.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if counted % every != 0 || self.store.knows(id.clone()).await? {
            return Ok(false);
        }
        self.store.claim(id.clone(), digest).await?;
        Ok(true)
    }

    async fn credit_refused(&self, delivery: &Delivery) {
        let now = self.monitor.clock().now().as_millisecond();
        let credit = delivery.body.as_ref().ok().and_then(|body| refused::credit(body, self.rules, &self.books, now));
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
            let mut verdict = tracker.judge(&delivery).await;
            for _ in 1..UNJUDGED_TRIES {
                match &verdict {
                    Err(refusal) if refusal.status() == StatusCode::SERVICE_UNAVAILABLE => {
                        time::sleep(UNJUDGED_PAUSE).await;
                        verdict = tracker.judge(&delivery).await;
                    }
                    _ => break,
                }
            }
            // Its sender was told that all is well; the tracker's own figures are what shows that it was not.
            tracker.tell(&delivery, &verdict);
        });
    }
}

impl std::fmt::Debug for Tracker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracker").field("rules", &self.rules).finish_non_exhaustive()
    }
}
