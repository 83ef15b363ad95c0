//! Where attempts wait until all others that are ready have been made as well. Then they are sent one right after the other, so
//! that a target which sleeps is woken once for all of them; waking it takes the sender longer than anything else.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

/// Attempts that are ready to be sent.
#[derive(Default)]
pub(super) struct Gate {
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    /// Waits until the gate opens.
    pub(super) async fn pass(&self) {
        let mut waited = false;
        poll_fn(|context| {
            if waited {
                return Poll::Ready(());
            }
            waited = true;
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Polls the work of all, opening the gate whenever nothing else can be done.
    pub(super) fn poll<T>(
        &self,
        mut work: impl FnMut(&mut Context<'_>) -> Poll<T>,
        context: &mut Context<'_>,
    ) -> Poll<T> {
        loop {
            let polled = work(context);
            let ready = std::mem::take(&mut *self.waiting.borrow_mut());
            if polled.is_ready() || ready.is_empty() {
                return polled;
            }
            ready.into_iter().for_each(Waker::wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::StreamExt as _;
    use futures_util::stream::FuturesUnordered;

    use super::*;

    #[tokio::test]
    async fn all_are_ready_before_the_first_passes() {
        let (gate, order) = (Gate::default(), RefCell::new(Vec::new()));
        let workers: FuturesUnordered<_> = (0..3)
            .map(|number| {
                let (gate, order) = (&gate, &order);
                async move {
                    order.borrow_mut().push(("made", number));
                    gate.pass().await;
                    order.borrow_mut().push(("sent", number));
                }
            })
            .collect();
        let mut all = pin!(workers.for_each(|()| async {}));
        poll_fn(|context| gate.poll(|context| all.as_mut().poll(context), context)).await;
        let steps: Vec<&str> = order.borrow().iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, ["made", "made", "made", "sent", "sent", "sent"]);
    }
}
