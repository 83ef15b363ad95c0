//! What monitoring is told about bookings.

use std::time::Duration;

use super::queue::Entry;
use crate::monitoring::log::{EventId, Line, Outcome, Room};
use crate::monitoring::{Cause, Monitor};
use crate::tracker::schema::Postback;
use crate::tracker::store::Booking;

/// Bookings under way, as far as monitoring wants to know of them.
pub(super) struct Pending {
    /// When each was received, and when it happened: milliseconds since 1970.
    instants: Vec<(i64, i64)>,
    /// Their events; empty without a log.
    ids: Vec<EventId>,
}

impl Pending {
    /// Notes bookings before the store takes them.
    pub(super) fn of(bookings: &[Booking], monitor: &Monitor) -> Self {
        let instants = bookings.iter().map(|booking| (booking.credit.received, booking.at)).collect();
        let ids = bookings.iter().filter_map(|booking| {
            let credit = &booking.credit;
            monitor.event_id(credit.event_id.as_ref().or(credit.transaction_id.as_ref()).map_or("", String::as_str))
        });
        Self { instants, ids: ids.collect() }
    }

    /// They are in the books.
    pub(super) fn booked(self, monitor: &Monitor) {
        let now = monitor.clock().now();
        let since = |then: i64| Duration::from_millis(u64::try_from(now.as_millisecond() - then).unwrap_or_default());
        for (received, at) in &self.instants {
            monitor.booked(since(*received), since(*at));
        }
        for (event_id, (received, _)) in self.ids.into_iter().zip(self.instants) {
            let (event_id, took) = (Some(event_id), Some(since(received)));
            monitor.log(|| Line { event_id, took, ..Line::new(now, Room::Processing, Outcome::Booked) });
        }
    }
}

/// These are in the DLQ now, `buried` of them for the first time.
pub(super) fn given_up(entries: &[Entry], buried: u64, monitor: &Monitor) {
    monitor.bookings_given_up(buried);
    let now = monitor.clock().now();
    for entry in entries {
        monitor.log(|| {
            let event_id = event_of(&entry.waiting.postback).map(|id| EventId::of(&id));
            let cause = entry.history.last().map(|code| Cause::of(code));
            let attempt = u32::try_from(entry.history.len()).ok();
            Line { event_id, cause, attempt, ..Line::new(now, Room::Processing, Outcome::DeadLettered) }
        });
    }
}

fn event_of(postback: &str) -> Option<String> {
    let postback: Postback = serde_json::from_str(postback).ok()?;
    postback.event_id.or(postback.transaction_id)
}
