//! What monitoring is told about an attempt of the sender.

use std::time::Instant;

use super::super::store::outbox::Fate;
use crate::monitoring::log::{EventId, Line, Outcome, Room};
use crate::monitoring::{Attempted, Monitor};

/// One attempt under way.
pub(super) struct Witness {
    begun: Instant,
    /// Only with a log.
    event_id: Option<EventId>,
    /// Counted from one.
    attempt: u32,
    status: Option<u16>,
}

impl Witness {
    /// An attempt to tell that event, after so many that failed.
    pub(super) fn begin(monitor: &Monitor, event_id: &str, failed: u32) -> Self {
        let (begun, event_id) = (Instant::now(), monitor.event_id(event_id));
        Self { begun, event_id, attempt: failed.saturating_add(1), status: None }
    }

    /// It was answered with that status.
    pub(super) fn answered(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// That is what it leads to. What was delivered is in the receiver's log.
    pub(super) fn tell(self, monitor: &Monitor, fate: &Fate) {
        let (outcome, told) = match fate {
            Fate::Delivered => (Attempted::Done, None),
            Fate::Again { .. } => (Attempted::Again, Some(Outcome::Failed)),
            Fate::Dead(_) => (Attempted::GivenUp, Some(Outcome::DeadLettered)),
            Fate::Gone => (Attempted::GivenUp, Some(Outcome::Lost)),
        };
        monitor.sender_attempt(outcome, self.attempt);
        let Some(told) = told else { return };
        let Self { begun, event_id, attempt, status } = self;
        monitor.log(|| {
            let (attempt, took) = (Some(attempt), Some(begun.elapsed()));
            Line { event_id, status, took, attempt, ..Line::new(monitor.clock().now(), Room::Sender, told) }
        });
    }
}
