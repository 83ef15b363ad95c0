//! Whether a connection is in the middle of a request, or idle and for how long, or has been let go.
//!
//! Who makes room and who begins a request meet in one atomic number, so that no request is cut off that has begun,
//! and none begins on a connection that is about to go.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

/// In the middle of a request.
const BUSY: u64 = u64::MAX;

/// Let go: it begins nothing any more.
const GONE: u64 = u64::MAX - 1;

/// One connection, as those who count connections see it.
#[derive(Debug)]
pub(super) struct Presence {
    epoch: Instant,
    /// Milliseconds since `epoch` at which it fell idle, or one of the two words above.
    state: AtomicU64,
}

/// A request from its head to the last byte of its answer.
#[derive(Debug)]
pub(super) struct Busy(Arc<Presence>);

/// The body of an answer, with its request still under way until the last of it is gone.
pub(super) struct Attended {
    body: Body,
    _busy: Busy,
}

impl Presence {
    /// A connection that is there and has asked nothing yet. Times are counted from `epoch`.
    pub(super) fn new(epoch: Instant) -> Self {
        let presence = Self { epoch, state: AtomicU64::new(0) };
        presence.state.store(presence.now(), Ordering::Release);
        presence
    }

    /// When it fell idle, in milliseconds since the epoch; none when it is busy or gone.
    pub(super) fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::Acquire)).filter(|state| *state < GONE)
    }

    /// Lets it go if it is still idle since then.
    pub(super) fn let_go(&self, idle_since: u64) -> bool {
        self.state.compare_exchange(idle_since, GONE, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(0).min(GONE - 1)
    }
}

impl Busy {
    /// Begins a request, unless the connection was let go.
    pub(super) fn begin(presence: &Arc<Presence>) -> Option<Self> {
        let begun = |state| (state != GONE).then_some(BUSY);
        presence.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, begun).ok()?;
        Some(Self(Arc::clone(presence)))
    }

    /// Keeps the request under way until the answer's body is gone.
    pub(super) fn until_sent(self, body: Body) -> Attended {
        Attended { body, _busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.state.store(self.0.now(), Ordering::Release);
    }
}

impl HttpBody for Attended {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_begun_is_not_let_go_and_what_was_let_go_begins_nothing() {
        let presence = Arc::new(Presence::new(Instant::now()));
        let since = presence.idle_since().expect("idle");
        let body = Busy::begin(&presence).expect("begun").until_sent(Body::from("x"));
        assert_eq!((presence.idle_since(), presence.let_go(since)), (None, false));
        drop(body);
        let since = presence.idle_since().expect("idle again");
        assert!(presence.let_go(since) && !presence.let_go(since));
        assert!(Busy::begin(&presence).is_none() && presence.idle_since().is_none());
    }
}
