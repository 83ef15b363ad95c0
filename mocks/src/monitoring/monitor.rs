//! The rooms' end of monitoring: a handle that is cheap to clone, whose calls count and return.
//!
//! On the way of a postback there are atomics only: no lock, no allocation, no clock but for refusals. An accepted one
//! costs six additions to them, a booked one eight, a line of the log a copy of 250 bytes into a bounded queue.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use jiff::Timestamp;
use tokio::time;

use super::alerts::{Board, Watch};
use super::books::BookTotals;
use super::cause::Cause;
use super::counts::{Counts, Sample};
use super::exposition::{Exposition, Page};
use super::levels::{Levels, Oldest};
use super::log::{EventId, Line, Log};
use super::retention::{Job, Keepers, Kind, Report};
use super::settings::{LogTo, Settings};
use crate::clock::Clock;

/// Counts what happens in one stack. Clones count together.
#[derive(Clone)]
pub(crate) struct Monitor {
    shared: Arc<Shared>,
    clock: Clock,
}

struct Shared {
    counts: Counts,
    levels: OnceLock<Arc<dyn Levels>>,
    books: Mutex<Seen>,
    exposition: Exposition,
    log: Log,
    board: Board,
    retention: Mutex<Option<Report>>,
}

/// How long the books and the queue may take to say what they hold; a scraper waits for ten seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the books held when they were last looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) totals: BookTotals,
    /// Whether the last look found anything.
    pub(super) current: bool,
}

/// A postback that was accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted {
    /// Whether its event was known already.
    pub(crate) repeated: bool,
    /// From the arrival of the whole request to the answer.
    pub(crate) took: Duration,
}

/// How an attempt of the operator's sender ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempted {
    /// The postback was taken.
    Done,
    /// It was not, and will be sent again.
    Again,
    /// It was not, and went to the dead-letter queue.
    GivenUp,
}

/// What became of a message to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It was taken.
    Sent,
    /// It was sent as often as it may be, and not taken.
    Failed,
    /// There was no room for it.
    Dropped,
}

/// Why monitoring could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFailed {
    /// The log cannot be written.
    #[error("cannot write the log {path}: {source}; choose another file, or a folder that can be written")]
    Log {
        /// Where it was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No client for webhooks could be made.
    #[error("cannot make an HTTP client for alert webhooks: {0}; leave the webhooks out")]
    Client(#[from] reqwest::Error),
}

impl Monitor {
    /// A monitor by that clock, with the log that the settings ask for. Rules and retention begin with [`Monitor::watch`] and
    /// [`Monitor::retention_job`].
    pub(crate) fn start(settings: &Settings, clock: Clock) -> Result<Self, StartFailed> {
        let log = Log::open(&settings.log).map_err(|source| {
            let path = match &settings.log {
                LogTo::File(place) => place.path.clone(),
                LogTo::Off | LogTo::StandardError => PathBuf::from("stderr"),
            };
            StartFailed::Log { path, source }
        })?;
        Ok(Self::with(log, clock))
    }

    /// A monitor without a log.
    #[cfg(test)]
    pub(crate) fn silent() -> Self {
        Self::with(Log::off(), Clock::wall())
    }

    fn with(log: Log, clock: Clock) -> Self {
        let shared = Shared {
            counts: Counts::new(),
            levels: OnceLock::new(),
            books: Mutex::default(),
            exposition: Exposition::new(),
            log,
            board: Board::default(),
            retention: Mutex::default(),
        };
        Self { shared: Arc::new(shared), clock }
    }

    /// The stack's clock, by which all that is told here is dated.
    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// The watch over the rules of the settings, to be run beside the rooms.
    pub(crate) fn watch(&self, settings: &Settings) -> Result<Watch, StartFailed> {
        Ok(Watch::new(&settings.alerts, self.clone())?)
    }

    /// The retention job over these keepers and the log, to be run beside the rooms.
    pub(crate) fn retention_job(&self, settings: &Settings, keepers: Keepers) -> Job {
        Job::new(settings.limits.clone(), keepers, self.clone())
    }

    /// Asks `levels` from now on; of several the first.
    pub(crate) fn ask(&self, levels: Arc<dyn Levels>) {
        // Whoever was there first has the same books.
        let _ = self.shared.levels.set(levels);
    }

    /// A postback has arrived.
    pub(crate) fn received(&self) {
        self.counts().received.add(1);
    }

    /// A postback was accepted and is being answered.
    pub(crate) fn accepted(&self, accepted: Accepted) {
        let counts = self.counts();
        counts.accepted.add(1);
        if accepted.repeated {
            counts.repeated.add(1);
        }
        counts.answers.record(accepted.took);
    }

    /// A postback was refused with that code.
    pub(crate) fn refused(&self, cause: &'static str, took: Duration) {
        let counts = self.counts();
        counts.refused[Cause::of(cause).index()].add(1);
        counts.answers.record(took);
        counts.failures.count(self.clock.now());
    }

    /// An event is in the books: `lag` after it was received, `delay` after it happened.
    pub(crate) fn booked(&self, lag: Duration, delay: Duration) {
        self.counts().lag.record(lag);
        self.counts().delay.record(delay);
    }

    /// So many bookings failed and will be tried again.
    pub(crate) fn bookings_again(&self, number: u64) {
        self.counts().bookings_again.add(number);
    }

    /// So many bookings were given up; that many dead letters there are more.
    pub(crate) fn bookings_given_up(&self, number: u64) {
        self.counts().bookings_given_up.add(number);
        self.counts().dead_letters.add(number);
    }

    /// So many dead letters there are now.
    pub(crate) fn dead_letters(&self, number: u64) {
        self.counts().dead_letters.set(number);
    }

    /// So many dead letters have left.
    pub(crate) fn dead_letters_left(&self, number: u64) {
        self.counts().dead_letters.lower(number);
    }

    /// An attempt of the operator's sender has ended; `attempt` counts from one.
    pub(crate) fn sender_attempt(&self, outcome: Attempted, attempt: u32) {
        let counts = self.counts();
        counts.sender_retries.add(u64::from(attempt > 1));
        match outcome {
            Attempted::Done => return counts.sender_done.add(1),
            Attempted::Again => counts.sender_again.add(1),
            Attempted::GivenUp => counts.sender_given_up.add(1),
        }
        counts.failures.count(self.clock.now());
    }

    /// Operator and tracker differ by that share of events (0 to 1), as was just found out.
    pub(super) fn discrepancy(&self, share: f64) {
        let share = if share.is_finite() { share } else { 1.0 };
        self.counts().discrepancy.set(share.to_bits());
    }

    /// The id as a line of the log has it; nothing when there is no log.
    pub(crate) fn event_id(&self, text: &str) -> Option<EventId> {
        self.shared.log.is_on().then(|| EventId::of(text))
    }

    /// Looks at what the books hold, which is shown from then on. Without an answer the last figures stay, and are
    /// shown as such.
    pub(crate) async fn look(&self) -> Option<BookTotals> {
        let levels = self.shared.levels.get()?;
        let found = time::timeout(PATIENCE, levels.books()).await.ok().flatten();
        let mut books = self.shared.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.current = found.is_some();
        if let Some(totals) = &found {
            books.totals = totals.clone();
        }
        found
    }

    /// Looks at how long the oldest postback has waited. Without an answer it is taken to wait still, so that a queue
    /// that cannot even be read does not look idle.
    pub(crate) async fn look_at_queue(&self) {
        let Some(levels) = self.shared.levels.get() else { return };
        if let Ok(Some(oldest)) = time::timeout(PATIENCE, levels.oldest_waiting()).await {
            let since = if let Oldest::Since(since) = oldest { since } else { 0 };
            self.counts().waiting_since.set(u64::try_from(since).unwrap_or_default());
        }
    }

    /// Writes the line that `line` makes, if there is a log.
    pub(crate) fn log(&self, line: impl FnOnce() -> Line) {
        self.shared.log.write(line);
    }

    /// Everything in the text format of Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let books = self.shared.books.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue_depth = self.shared.levels.get().map_or(0, |levels| levels.queue_depth());
        let page = Page { counts: self.counts(), books: &books, queue_depth, log: &self.shared.log };
        self.shared.exposition.render(&page, self.clock.now())
    }

    /// How the rules stand.
    pub(crate) fn board(&self) -> &Board {
        &self.shared.board
    }

    /// What came of the last run of the retention job, if there was one.
    pub(crate) fn last_retention(&self) -> Option<Report> {
        self.shared.retention.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes what waits for the log and ends its thread; it blocks until that is done.
    pub(crate) fn close(&self) {
        self.shared.log.close();
    }

    pub(super) fn sample(&self, now: Timestamp) -> Sample {
        self.counts().sample(now)
    }

    pub(super) fn told(&self, told: Told) {
        let counts = self.counts();
        match told {
            Told::Sent => counts.webhooks_sent.add(1),
            Told::Failed => counts.webhooks_failed.add(1),
            Told::Dropped => counts.webhooks_dropped.add(1),
        }
    }

    pub(super) fn removed(&self, kind: Kind, number: u64) {
        self.counts().removed[kind.index()].add(number);
    }

    pub(super) fn retained(&self, report: Report) {
        *self.shared.retention.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }

    pub(super) async fn delete_log_lines(&self, before: Timestamp) -> io::Result<u64> {
        self.shared.log.delete_older(before).await
    }

    fn counts(&self) -> &Counts {
        &self.shared.counts
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
