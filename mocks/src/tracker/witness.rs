//! What monitoring is told about a postback from its arrival to its answer.

use std::sync::OnceLock;
use std::time::Instant;

use axum::body::Bytes;
use axum::http::StatusCode;

use super::json::Json;
use crate::answer::Refusal;
use crate::monitoring::log::{EventId, Line, Outcome, Room};
use crate::monitoring::{Accepted, Cause, Monitor};

/// Largest body that is read for its id alone, when its token was refused: a postback has a few hundred bytes, and
/// nobody who is not let in may cost more.
const MAX_UNTRUSTED: usize = 4096;

/// One postback under way.
#[derive(Debug)]
pub(super) struct Witness {
    arrived: Instant,
    /// Its event, once its body is read; only with a log.
    event_id: OnceLock<EventId>,
}

impl Witness {
    /// A postback whose body is here.
    pub(super) fn begin(monitor: &Monitor) -> Self {
        monitor.received();
        Self { arrived: Instant::now(), event_id: OnceLock::new() }
    }

    /// Its body is read.
    pub(super) fn reads(&self, monitor: &Monitor, body: &Json) {
        let named = ["event_id", "transaction_id"].into_iter().find_map(|name| body.member(name).and_then(Json::text));
        if let Some(event_id) = named.and_then(|id| monitor.event_id(id)) {
            // It is read again only where it is offered again, with the same id.
            let _ = self.event_id.set(event_id);
        }
    }

    /// It was accepted, and its event was known already or not.
    pub(super) fn accepted(&self, monitor: &Monitor, repeated: bool) {
        let took = self.arrived.elapsed();
        monitor.accepted(Accepted { repeated, took });
        let outcome = if repeated { Outcome::Repeated } else { Outcome::Accepted };
        monitor.log(|| self.line(monitor, outcome, StatusCode::OK, took));
    }

    /// It was refused. Where its token was, its id is what helps to find it (seed 003 §15), and stands in the body.
    pub(super) fn refused(&self, monitor: &Monitor, refusal: &Refusal, body: &Result<Bytes, Refusal>) {
        let took = self.arrived.elapsed();
        monitor.refused(refusal.code(), took);
        monitor.log(|| {
            if let (StatusCode::UNAUTHORIZED, Ok(body)) = (refusal.status(), body)
                && body.len() <= MAX_UNTRUSTED
                && let Ok(body) = Json::parse(body)
            {
                self.reads(monitor, &body);
            }
            let cause = Some(Cause::of(refusal.code()));
            Line { cause, ..self.line(monitor, Outcome::Refused, refusal.status(), took) }
        });
    }

    fn line(&self, monitor: &Monitor, outcome: Outcome, status: StatusCode, took: std::time::Duration) -> Line {
        let event_id = self.event_id.get().cloned();
        let status = Some(status.as_u16());
        Line { event_id, status, took: Some(took), ..Line::new(monitor.clock().now(), Room::Tracker, outcome) }
    }
}
