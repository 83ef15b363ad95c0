//! The operator at work: what its doors share, how it is started, and how it stops.

use std::fmt;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::Value;

use super::doors::{self, Done, Intake};
use super::emission::Emission;
use super::postback::Speaker;
use super::rules::Rules;
use super::sender::Sender;
use super::sessions::Sessions;
use super::settings::Settings;
use super::store::{SHAPE, keys, keys::Remembered, newest};
use crate::answer::Refusal;
use crate::clock::{self, Clock};
use crate::database::{Database, DatabaseError, Writer};
use crate::monitoring::Monitor;
use crate::monitoring::retention::Walk;
use crate::pixel::Tag;
use crate::secrets::{Secrets, random_hex};

/// An operator that takes requests and sends postbacks.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    office: Arc<Office>,
}

/// Where an operator works.
pub(crate) struct Place<'a> {
    /// What it keeps everything in.
    pub(crate) database: &'a Database,
    /// What it shares with the tracker.
    pub(crate) secrets: &'a Secrets,
    /// The stack's own address, which `{base}` stands for.
    pub(crate) base_url: &'a str,
    /// Who is told how its attempts end, and whose clock it goes by.
    pub(crate) monitor: Monitor,
    /// What its pages carry for the tracker.
    pub(crate) tag: Tag,
}

/// What the doors share.
pub(super) struct Office {
    pub(super) settings: Arc<Settings>,
    pub(super) emission: Emission,
    pub(super) speaker: Arc<Speaker>,
    pub(super) writer: Writer,
    pub(super) sender: Sender,
    pub(super) clock: Clock,
    pub(super) tag: Tag,
    pub(super) rules: Rules,
    /// How far the last look at old accounts has come.
    pub(super) accounts: Walk<i64>,
}

/// What a door answers.
pub(super) struct Given {
    pub(super) answer: String,
    /// Whether it was answered so before.
    pub(super) replayed: bool,
}

/// An operator that cannot be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Its database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The thread that owns the database did not come up.
    #[error("cannot start the thread that owns the operator's database: {0}")]
    Thread(#[source] io::Error),
    /// There is no client to send postbacks with.
    #[error("cannot set up the client for postbacks: {0}")]
    Client(#[source] reqwest::Error),
}

impl Operator {
    /// Opens the operator's database, and sends what an earlier process left unsent.
    ///
    /// # Errors
    /// When the database, its thread or the HTTP client cannot be had.
    pub(crate) fn start(settings: Settings, rules: Rules, place: Place<'_>) -> Result<Self, OpenError> {
        let Place { database, secrets, base_url, monitor, tag } = place;
        let writer = Writer::start(database.open(&SHAPE)?, "operator").map_err(OpenError::Thread)?;
        let settings = Arc::new(settings);
        let speaker = Arc::new(Speaker::new(base_url, rules, secrets, clock::wall()));
        let sender = Sender::start(&settings, rules, &speaker, &writer, &monitor).map_err(OpenError::Client)?;
        let emission = Emission::new(Arc::clone(&settings), rules);
        let (clock, accounts) = (monitor.clock(), Walk::default());
        let office = Office { settings, emission, speaker, writer, sender, clock, tag, rules, accounts };
        Ok(Self { office: Arc::new(office) })
    }

    /// The newest instant, in seconds since 1970, that an operator on that database has dated anything with.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) fn newest(database: &Database) -> Result<Option<i64>, DatabaseError> {
        newest(database)
    }

    /// The names of the networks that are the stack's own tracker.
    pub(crate) fn own_networks(&self) -> Vec<String> {
        let own = self.office.settings.networks.iter().filter(|network| network.is_own());
        own.map(|network| network.name.clone()).collect()
    }

    /// The operator's endpoints.
    pub(crate) fn routes(&self) -> axum::Router {
        doors::routes(Arc::clone(&self.office))
    }

    /// The endpoint that tells its counts, alone.
    pub(crate) fn counts(&self) -> axum::Router {
        doors::counts_route(Arc::clone(&self.office))
    }

    /// The visits that landing pages keep.
    pub(crate) fn sessions(&self) -> Sessions {
        Sessions::new(
            self.office.writer.clone(),
            Arc::clone(&self.office.settings),
            self.office.rules,
            self.office.clock,
        )
    }

    pub(super) fn office(&self) -> &Office {
        &self.office
    }

    /// Sends nothing more. To be called while the networks still answer; what is under way gets two seconds.
    pub(crate) async fn drain(&self) {
        self.office.sender.stop().await;
    }

    /// Stops sending, writes what waits and closes the database.
    pub(crate) async fn close(&self) -> io::Result<()> {
        self.drain().await;
        self.office.writer.close().await
    }
}

impl Office {
    /// Does a job once for its idempotency key: the same request again gets the same answer, another one is refused.
    /// When this returns, what was done and what is owed for it is durable.
    pub(super) async fn once(
        &self,
        intake: &Intake,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Result<Done, Refusal>> + Send + 'static,
    ) -> Result<Given, Refusal> {
        let (key, request, now) = intake.keyed();
        let done = move |transaction: &Transaction<'_>| {
            let Some(key) = key else { return job(transaction).map(|done| done.map(Outcome::Done)) };
            match keys::find(transaction, &key)? {
                Some(known) if known.request == request => Ok(Ok(Outcome::Known(known.answer))),
                Some(_) => Ok(Err(other_request())),
                None => remember(transaction, &key, request, now, job),
            }
        };
        let wake = self.sender.waker();
        let told = move |outcome: &Result<Outcome, Refusal>| {
            if let Ok(Outcome::Done(Done { network: Some(network), .. })) = outcome {
                wake(network);
            }
        };
        Ok(match self.writer.run_then(done, told).await?? {
            Outcome::Done(done) => Given { answer: done.answer.to_string(), replayed: false },
            Outcome::Known(answer) => Given { answer, replayed: true },
        })
    }
}

/// What came of a job.
enum Outcome {
    Done(Done),
    /// It was done before, and answered so.
    Known(String),
}

fn remember(
    transaction: &Transaction<'_>,
    key: &str,
    request: Vec<u8>,
    now: Timestamp,
    job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Result<Done, Refusal>>,
) -> rusqlite::Result<Result<Outcome, Refusal>> {
    let done = match job(transaction)? {
        Ok(done) => done,
        // Nothing was done, so the key is free for a request that can be.
        Err(refusal) => return Ok(Err(refusal)),
    };
    let remembered = Remembered { request, answer: Value::to_string(&done.answer) };
    keys::insert(transaction, key, &remembered, now.as_second())?;
    Ok(Ok(Outcome::Done(done)))
}

fn other_request() -> Refusal {
    Refusal::schema("idempotency_key_reused", "this Idempotency-Key came with another request; use a new one")
}

/// A new id of 128 random bits.
pub(super) fn fresh(prefix: &str) -> Result<String, Refusal> {
    let hex = random_hex::<16>().map_err(|_| Refusal::unavailable("no_randomness", "try again in a moment"))?;
    Ok(format!("{prefix}{hex}"))
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Office").field("rules", &self.rules).finish_non_exhaustive()
    }
}
