//! Patience: how long the suite waits for an answer, and for a target that is busy. Each wait in vain makes the next one
//! shorter, so that a target that answers nothing is told of in seconds and not in minutes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::model::{FailReason, InfoReason, Outcome};

/// A request that the target is too busy for is sent again for so long.
const BUSY: Duration = Duration::from_secs(15);

/// Every so many waits in vain halve the patience.
const HALVES: u32 = 4;

/// No wait is shorter, so that a target on the same machine has time to answer.
const SHORTEST: Duration = Duration::from_millis(500);

/// How long the suite still waits.
pub(super) struct Patience {
    /// For a whole answer, in the beginning.
    limit: Duration,
    silent: AtomicU32,
    busy: AtomicU32,
    /// Requests in a row that found nobody.
    alone: AtomicU32,
}

/// After so many requests in a row that found nobody, the target is gone.
const GONE: u32 = 12;

impl Patience {
    /// Patience of so long for a whole answer.
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, silent: AtomicU32::new(0), busy: AtomicU32::new(0), alone: AtomicU32::new(0) }
    }

    /// The longest wait for a whole answer now.
    pub(super) fn for_answer(&self) -> Duration {
        shortened(self.limit, self.silent.load(Ordering::Relaxed))
    }

    /// How long a busy target is asked again now.
    pub(super) fn for_busy(&self) -> Duration {
        shortened(BUSY, self.busy.load(Ordering::Relaxed))
    }

    /// Whether the target is gone.
    pub(super) fn is_alone(&self) -> bool {
        self.alone.load(Ordering::Relaxed) >= GONE
    }

    /// Takes note of how a request ended at last.
    pub(super) fn learn(&self, outcome: Outcome) {
        if outcome == Outcome::Fail(FailReason::NotConnected) {
            self.alone.fetch_add(1, Ordering::Relaxed);
        } else {
            self.alone.store(0, Ordering::Relaxed);
        }
        match outcome {
            Outcome::Info(InfoReason::Timeout) => self.silent.fetch_add(1, Ordering::Relaxed),
            Outcome::Info(InfoReason::Status(429 | 503)) => self.busy.fetch_add(1, Ordering::Relaxed),
            _ => return,
        };
    }

    /// What a reader should know of it.
    pub(super) fn note(&self) -> Option<String> {
        let silent = self.silent.load(Ordering::Relaxed);
        (self.for_answer() < self.limit).then(|| {
            let (first, last) = (self.limit.as_secs_f64(), self.for_answer().as_secs_f64());
            format!("{silent} requests had no answer in time, so the wait was cut from {first} s to {last} s")
        })
    }
}

fn shortened(patience: Duration, in_vain: u32) -> Duration {
    let halved = patience.checked_div(1 << (in_vain / HALVES).min(20)).unwrap_or(SHORTEST);
    halved.max(SHORTEST.min(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_in_vain_make_the_next_ones_shorter() {
        let patience = Patience::new(Duration::from_secs(10));
        let silence = Outcome::Info(InfoReason::Timeout);
        (0..3).for_each(|_| patience.learn(silence));
        assert_eq!((patience.for_answer(), patience.note()), (Duration::from_secs(10), None));
        patience.learn(silence);
        assert_eq!(patience.for_answer(), Duration::from_secs(5));
        (0..1000).for_each(|_| patience.learn(silence));
        assert_eq!(patience.for_answer(), SHORTEST);
        assert!(patience.note().is_some_and(|note| note.starts_with("1004 requests had no answer")));
        assert_eq!(patience.for_busy(), BUSY, "silence is not busyness");
        assert_eq!(Patience::new(Duration::from_millis(300)).for_answer(), Duration::from_millis(300));
    }
}
