//! The rooms' end of monitoring: a handle that is cheap to clone, whose calls count and return.
//!
//! On the way of a postback there are atomics only: no lock, no allocation, no clock but for refusals.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use jiff::Timestamp;

use super::alerts::{Board, Watch};
use super::books::BookTotals;
use super::cause::Cause;
use super::counts::{Counts, Sample};
use super::exposition::Exposition;
use super::log::{Line, Log};
use super::retention::{Job, Keepers, Kind, Report};
use super::settings::{LogTo, Settings};
use crate::clock;

/// Counts what happens in one stack. Clones count together.
#[derive(Clone)]
pub(crate) struct Monitor {
    shared: Arc<Shared>,
}

struct Shared {
    counts: Counts,
    books: Mutex<BookTotals>,
    exposition: Exposition,
    log: Log,
    board: Board,
    retention: Mutex<Option<Report>>,
}

/// A postback that was accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted {
    /// Whether its event was known already.
    pub(crate) repeated: bool,
    /// Whether its sender said that it was not the first attempt, or the tracker knows that.
    pub(crate) retried: bool,
    /// From the arrival of the request to the answer.
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
    /// A monitor with the log that the settings ask for. Rules and retention begin with [`Monitor::watch`] and
    /// [`Monitor::retention_job`].
    pub(crate) fn start(settings: &Settings) -> Result<Self, StartFailed> {
        let log = Log::open(&settings.log).map_err(|source| {
            let path = match &settings.log {
                LogTo::File(place) => place.path.clone(),
                LogTo::Off | LogTo::StandardError => PathBuf::from("stderr"),
            };
            StartFailed::Log { path, source }
        })?;
        Ok(Self::with(log))
    }

    /// A monitor without a log.
    pub(crate) fn silent() -> Self {
        Self::with(Log::off())
    }

    fn with(log: Log) -> Self {
        let shared = Shared {
            counts: Counts::new(),
            books: Mutex::default(),
            exposition: Exposition::new(),
            log,
            board: Board::default(),
            retention: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The watch over the rules of the settings, to be run beside the rooms.
    pub(crate) fn watch(&self, settings: &Settings) -> Result<Watch, StartFailed> {
        Ok(Watch::new(&settings.alerts, self.clone())?)
    }

    /// The retention job over these keepers and the log, to be run beside the rooms.
    pub(crate) fn retention_job(&self, settings: &Settings, keepers: Keepers) -> Job {
        Job::new(settings.limits.clone(), keepers, self.clone())
    }

    /// A postback has arrived.
    pub(crate) fn received(&self) {
        self.counts().received.add(1);
    }

    /// A postback was accepted and is being answered.
    pub(crate) fn accepted(&self, accepted: Accepted) {
        let counts = self.counts();
        counts.accepted.add(1);
        counts.repeated.add(u64::from(accepted.repeated));
        counts.retried.add(u64::from(accepted.retried));
        counts.answers.record(accepted.took);
    }

    /// A postback was refused with that code.
    pub(crate) fn refused(&self, cause: &'static str, took: Duration) {
        let counts = self.counts();
        counts.refused[Cause::of(cause).index()].add(1);
        counts.answers.record(took);
        counts.failures.count(clock::now());
    }

    /// An event is in the books, so long after it was received.
    pub(crate) fn booked(&self, lag: Duration) {
        self.counts().lag.record(lag);
    }

    /// So many postbacks wait in the queue now.
    pub(crate) fn queue_depth(&self, depth: u64) {
        self.counts().queue_depth.set(depth);
    }

    /// So many dead letters there are now.
    pub(crate) fn dead_letters(&self, number: u64) {
        self.counts().dead_letters.set(number);
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
        counts.failures.count(clock::now());
    }

    /// Operator and tracker differ by that share of events (0 to 1), as was just found out.
    pub(crate) fn discrepancy(&self, share: f64) {
        let share = if share.is_finite() { share } else { 1.0 };
        self.counts().discrepancy.set(share.to_bits());
    }

    /// What the books hold in all, as the store says.
    pub(crate) fn books(&self, totals: BookTotals) {
        *self.shared.books.lock().unwrap_or_else(PoisonError::into_inner) = totals;
    }

    /// Writes the line that `line` makes, if there is a log.
    pub(crate) fn log(&self, line: impl FnOnce() -> Line) {
        self.shared.log.write(line);
    }

    /// Everything in the text format of Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let books = self.shared.books.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.shared.exposition.render(self.counts(), &books, &self.shared.log, clock::now())
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

    pub(super) fn sample(&self) -> Sample {
        self.counts().sample()
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
