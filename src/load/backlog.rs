//! What has to be sent besides the plan's fresh events: repeats, copies, retries and forgeries, each once its time has come.
//! They take slots of the plan like everything else, so the rate stays what was planned.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::feed::{Errand, What};

/// Most errands that wait; a target that fails everything would otherwise fill the memory with retries.
const MOST: usize = 100_000;

/// Errands that wait for their time.
#[derive(Default)]
pub(super) struct Backlog {
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// Errands that were given up because too many waited.
    dropped: u64,
}

/// The order in which they come: by time, and then by what they are, so that it does not hang on how they were put in.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    due: Duration,
    journey: u64,
    place: u8,
    what: What,
    errand: Rest,
}

/// What of an errand has no part in the order.
struct Rest(Errand);

impl PartialEq for Rest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Rest {}

impl PartialOrd for Rest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rest {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl Backlog {
    /// Puts an errand in, to be done at that time after the start or later.
    pub(super) fn put(&mut self, due: Duration, errand: Errand) {
        if self.waiting.len() >= MOST {
            self.dropped += 1;
            return;
        }
        let Errand { journey, place, what, .. } = errand;
        self.waiting.push(Reverse(Waiting { due, journey, place, what, errand: Rest(errand) }));
    }

    /// The first one whose time has come.
    pub(super) fn take(&mut self, now: Duration) -> Option<Errand> {
        if self.due()? > now {
            return None;
        }
        self.waiting.pop().map(|Reverse(waiting)| waiting.errand.0)
    }

    /// When the first one is due.
    pub(super) fn due(&self) -> Option<Duration> {
        self.waiting.peek().map(|Reverse(waiting)| waiting.due)
    }

    /// Errands that were given up because too many waited.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}
