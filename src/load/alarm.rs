//! A limit for every exchange of a connection that costs next to nothing while it is kept: the runtime's timer is set once, and
//! moved on only when it rings too early or would ring too late.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// How far ahead a timer is set that nobody has asked for yet.
const FAR: Duration = Duration::from_hours(1);

/// The timer of one connection.
pub(super) struct Alarm {
    timer: Pin<Box<Sleep>>,
}

impl Alarm {
    /// One that does not ring yet.
    pub(super) fn new() -> Self {
        Self { timer: Box::pin(sleep(FAR)) }
    }

    /// Waits for some work, and no longer than until then; `None` when it was not done by that time.
    pub(super) async fn until<T>(&mut self, deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.rings(deadline, context) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    fn rings(&mut self, deadline: Instant, context: &mut Context<'_>) -> bool {
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        // It may ring for an exchange that ended long ago; then it is set for this one.
        while self.timer.as_mut().poll(context).is_ready() {
            if self.timer.deadline() >= deadline {
                return true;
            }
            self.timer.as_mut().reset(deadline);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_rings_at_the_deadline_of_the_exchange_that_is_under_way() {
        let mut alarm = Alarm::new();
        for wait in [2, 5, 1, 7200, 3] {
            let began = Instant::now();
            let done = alarm.until(began + SECOND * wait, pending::<()>()).await;
            assert_eq!((done, began.elapsed().as_secs()), (None, u64::from(wait)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_done_in_time_is_handed_over() {
        let mut alarm = Alarm::new();
        assert_eq!(alarm.until(Instant::now() + SECOND, ready(1)).await, Some(1));
        for _ in 0..5 {
            let work = async { sleep(SECOND * 2).await };
            assert_eq!(alarm.until(Instant::now() + SECOND * 3, work).await, Some(()));
        }
        assert_eq!(alarm.until(Instant::now() + SECOND, pending::<()>()).await, None);
    }
}
