//! A request body that leaves as it is told to, at once or piece by piece, and tells when it has been handed to the
//! connection, so that a sender can be made to stop waiting after its postback has left and not before.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::Sleep;

/// Pieces of a body that leaves slowly.
const PIECES: u32 = 10;

/// Bytes that are sent once.
pub(super) struct TracedBody {
    data: Bytes,
    /// How much leaves at a time.
    piece: usize,
    /// The wait before each piece, where there is one.
    pause: Option<Duration>,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Whether the length is told beforehand.
    sized: bool,
    left: Arc<Notify>,
}

impl TracedBody {
    /// A body that leaves at once, and what is notified when it has left.
    pub(super) fn new(data: Bytes) -> (Self, Arc<Notify>) {
        let left = Arc::new(Notify::new());
        let piece = data.len();
        (Self { data, piece, pause: None, waiting: None, sized: true, left: Arc::clone(&left) }, left)
    }

    /// Without its length, in chunks.
    pub(super) fn chunked(self) -> Self {
        Self { sized: false, piece: self.data.len().div_ceil(3), ..self }
    }

    /// In pieces that take so long altogether.
    pub(super) fn slow(self, duration: Duration) -> Self {
        Self { pause: Some(duration / PIECES), piece: self.data.len().div_ceil(PIECES as usize), ..self }
    }
}

impl Body for TracedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.data.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(pause) = self.pause {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(waiting.as_mut().poll(context));
            self.waiting = None;
        }
        let piece = self.piece.clamp(1, self.data.len());
        let data = self.data.split_to(piece);
        if self.data.is_empty() {
            self.left.notify_one();
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_empty()
    }

    // The exact length makes the request carry Content-Length, as every ordinary one of ours does.
    fn size_hint(&self) -> SizeHint {
        if self.sized { SizeHint::with_exact(self.data.len() as u64) } else { SizeHint::default() }
    }
}
