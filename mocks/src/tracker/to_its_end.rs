//! Work that is done where it is awaited, and goes on in a task of its own when whoever awaited it is gone: the usual
//! case costs no task, and nothing that was begun is left half done.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// Work that has begun, until it has ended.
pub(super) struct ToItsEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    rest: Option<Pin<Box<F>>>,
}

impl<F> ToItsEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    /// That work; what it comes to is lost where nobody waits for it any more.
    pub(super) fn new(work: F) -> Self {
        Self { rest: Some(Box::pin(work)) }
    }
}

impl<F> Future for ToItsEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // Work that has ended is not awaited again.
        let Some(work) = self.rest.as_mut() else { return Poll::Pending };
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            self.rest = None;
        }
        polled
    }
}

impl<F> Drop for ToItsEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    fn drop(&mut self) {
        // Without a runtime the process is ending.
        if let (Some(rest), Ok(runtime)) = (self.rest.take(), Handle::try_current()) {
            runtime.spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_awaited_comes_back_and_what_is_left_goes_on() {
        assert_eq!(ToItsEnd::new(async { 7 }).await, 7);
        let (go, gone) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let mut work = ToItsEnd::new(async move {
            gone.await.expect("told to go on");
            end.send(8).expect("somebody waits");
        });
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(Pin::new(&mut work).poll(&mut context).is_pending());
        drop(work);
        go.send(()).expect("it goes on");
        assert_eq!(ended.await, Ok(8));
    }
}
