//! Whether a connection is in the middle of a request, or idle and for how long, or has been let go.
//!
//! An answer is not over when its body has been taken, which a single frame of megabytes is at once, but when the last
//! byte of it has been written; the stream below tells of that.
//!
//! Who makes room and who begins a request meet in one atomic number, so that no request is cut off that has begun,
//! and none begins on a connection that is about to go.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

/// In the middle of a request.
const BUSY: u64 = u64::MAX;

/// Let go: it begins nothing any more.
const GONE: u64 = u64::MAX - 1;

/// Its answer has been taken and not all of it written.
const LEAVING: u64 = u64::MAX - 2;

/// One connection, as those who count connections see it.
#[derive(Debug)]
pub(super) struct Presence {
    epoch: Instant,
    /// Milliseconds since `epoch` at which it fell idle, or one of the three words above.
    state: AtomicU64,
    /// Whether something of an answer has been taken since everything was written last.
    unwritten: AtomicBool,
}

/// A request from its head until its answer has been taken.
#[derive(Debug)]
pub(super) struct Busy(Arc<Presence>);

/// The body of an answer, with its request still under way until the last of it is taken.
pub(super) struct Attended {
    body: Body,
    /// Whether its end is written too, because its length was not known beforehand.
    chunked: bool,
    busy: Busy,
}

impl Presence {
    /// A connection that is there and has asked nothing yet. Times are counted from `epoch`.
    pub(super) fn new(epoch: Instant) -> Self {
        let presence = Self { epoch, state: AtomicU64::new(0), unwritten: AtomicBool::new(false) };
        presence.state.store(presence.now(), Ordering::Release);
        presence
    }

    /// When it fell idle, in milliseconds since the epoch; none when it is busy or gone.
    pub(super) fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::Acquire)).filter(|state| *state < LEAVING)
    }

    /// Lets it go if it is still idle since then.
    pub(super) fn let_go(&self, idle_since: u64) -> bool {
        self.state.compare_exchange(idle_since, GONE, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Takes note that everything that was taken is written.
    pub(super) fn written(&self) {
        self.unwritten.store(false, Ordering::Release);
        // Where no answer is leaving there is nothing to change.
        let _ = self.state.compare_exchange(LEAVING, self.now(), Ordering::AcqRel, Ordering::Acquire);
    }

    fn taken(&self) {
        self.unwritten.store(true, Ordering::Release);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(0).min(LEAVING - 1)
    }
}

impl Busy {
    /// Begins a request, unless the connection was let go.
    pub(super) fn begin(presence: &Arc<Presence>) -> Option<Self> {
        let begun = |state| (state != GONE).then_some(BUSY);
        presence.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, begun).ok()?;
        Some(Self(Arc::clone(presence)))
    }

    /// Keeps the request under way until the answer's body is taken, and the connection busy until it is written.
    pub(super) fn until_sent(self, body: Body) -> Attended {
        // The head of the answer is written next.
        self.0.taken();
        Attended { chunked: body.size_hint().exact().is_none(), body, busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let unwritten = self.0.unwritten.load(Ordering::Acquire);
        self.0.state.store(if unwritten { LEAVING } else { self.0.now() }, Ordering::Release);
    }
}

impl HttpBody for Attended {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let written_next = match &polled {
            Poll::Ready(Some(Ok(frame))) => frame.data_ref().is_some_and(|data| !data.is_empty()),
            Poll::Ready(None) => self.chunked,
            _ => false,
        };
        if written_next {
            self.busy.0.taken();
        }
        polled
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
        assert_eq!(presence.idle_since(), None, "its head is not written");
        presence.written();
        let since = presence.idle_since().expect("idle again");
        assert!(presence.let_go(since) && !presence.let_go(since));
        assert!(Busy::begin(&presence).is_none() && presence.idle_since().is_none());
        presence.written();
        assert!(presence.idle_since().is_none(), "what was let go stays so");
    }

    #[tokio::test]
    async fn a_body_that_ends_after_all_of_it_was_written_leaves_nothing_to_wait_for() {
        let presence = Arc::new(Presence::new(Instant::now()));
        let mut body = Busy::begin(&presence).expect("begun").until_sent(Body::from("x"));
        presence.written();
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(matches!(Pin::new(&mut body).poll_frame(&mut context), Poll::Ready(Some(Ok(_)))));
        assert!(presence.idle_since().is_none());
        presence.written();
        assert!(matches!(Pin::new(&mut body).poll_frame(&mut context), Poll::Ready(None)));
        drop(body);
        assert!(presence.idle_since().is_some());
    }
}
