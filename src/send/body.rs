//! A request body that tells when it has been handed to the connection, so that a sender can be made
//! to stop waiting after its postback has left and not before.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

/// Bytes of known length, sent once.
pub(super) struct TracedBody {
    data: Option<Bytes>,
    left: Arc<Notify>,
}

impl TracedBody {
    /// A body, and what is notified when it has left.
    pub(super) fn new(data: Bytes) -> (Self, Arc<Notify>) {
        let left = Arc::new(Notify::new());
        (Self { data: Some(data), left: Arc::clone(&left) }, left)
    }
}

impl Body for TracedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = self.data.take();
        if data.is_some() {
            self.left.notify_one();
        }
        Poll::Ready(data.map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    // The exact length makes the request carry Content-Length, as every other one of ours does.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}
