//! Everything that is counted, as atomics that the rooms add to without waiting for each other.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use jiff::Timestamp;

use super::cause::{self, Cause};
use super::distribution::{ANSWER_BOUNDS, Distribution, LAG_BOUNDS, Spread};
use super::hours::Hours;
use super::retention;

/// A figure that only grows.
#[derive(Default)]
pub(super) struct Count(AtomicU64);

/// The counts of one stack since its start.
pub(super) struct Counts {
    pub(super) received: Count,
    pub(super) accepted: Count,
    pub(super) repeated: Count,
    pub(super) refused: [Count; cause::COUNT],
    pub(super) answers: Distribution,
    pub(super) lag: Distribution,
    pub(super) delay: Distribution,
    pub(super) bookings_again: Count,
    pub(super) bookings_given_up: Count,
    pub(super) failures: Hours,
    pub(super) sender_done: Count,
    pub(super) sender_again: Count,
    pub(super) sender_given_up: Count,
    /// How often an attempt of the sender was not its event's first.
    pub(super) sender_retries: Count,
    pub(super) dead_letters: Count,
    /// When the oldest that waits was accepted, in milliseconds since 1970; nought when nothing waits.
    pub(super) waiting_since: Count,
    /// The share of events that operator and tracker do not agree on, as the bits of a float.
    pub(super) discrepancy: Count,
    pub(super) webhooks_sent: Count,
    pub(super) webhooks_failed: Count,
    pub(super) webhooks_dropped: Count,
    pub(super) removed: [Count; retention::KINDS.len()],
}

/// The figures that alert rules look at, at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) sender_failed: u64,
    pub(super) answers: Spread,
    pub(super) lag: Spread,
    /// For how long the oldest has waited, in seconds, if anything waits.
    pub(super) oldest_waiting: Option<f64>,
    pub(super) dead_letters: u64,
    pub(super) discrepancy: f64,
}

impl Count {
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Relaxed);
    }

    /// For the few figures that are levels and not counts.
    pub(super) fn set(&self, level: u64) {
        self.0.store(level, Relaxed);
    }

    /// For a level that goes down by steps; it never goes below nought.
    pub(super) fn lower(&self, number: u64) {
        // The closure never declines, so the update is always made.
        let _ = self.0.fetch_update(Relaxed, Relaxed, |level| Some(level.saturating_sub(number)));
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Counts {
    /// Nothing has happened yet.
    pub(super) fn new() -> Self {
        let none = Count::default;
        Self {
            received: none(),
            accepted: none(),
            repeated: none(),
            refused: std::array::from_fn(|_| none()),
            answers: Distribution::new(ANSWER_BOUNDS),
            lag: Distribution::new(LAG_BOUNDS),
            delay: Distribution::new(LAG_BOUNDS),
            bookings_again: none(),
            bookings_given_up: none(),
            failures: Hours::new(),
            sender_done: none(),
            sender_again: none(),
            sender_given_up: none(),
            sender_retries: none(),
            dead_letters: none(),
            waiting_since: none(),
            discrepancy: none(),
            webhooks_sent: none(),
            webhooks_failed: none(),
            webhooks_dropped: none(),
            removed: std::array::from_fn(|_| none()),
        }
    }

    /// How many were refused for that cause.
    pub(super) fn refused_for(&self, cause: Cause) -> u64 {
        self.refused[cause.index()].get()
    }

    /// For how long the oldest has waited at `now`, in seconds; nothing when nothing waits.
    pub(super) fn oldest_waiting(&self, now: Timestamp) -> Option<f64> {
        let since = self.waiting_since.get();
        let now = u64::try_from(now.as_millisecond()).unwrap_or_default();
        (since > 0).then(|| Duration::from_millis(now.saturating_sub(since)).as_secs_f64())
    }

    /// What alert rules look at, at `now`.
    pub(super) fn sample(&self, now: Timestamp) -> Sample {
        Sample {
            accepted: self.accepted.get(),
            refused: self.refused.iter().map(Count::get).sum(),
            sender_failed: self.sender_again.get() + self.sender_given_up.get(),
            answers: self.answers.spread(),
            lag: self.lag.spread(),
            oldest_waiting: self.oldest_waiting(now),
            dead_letters: self.dead_letters.get(),
            discrepancy: f64::from_bits(self.discrepancy.get()),
        }
    }
}
