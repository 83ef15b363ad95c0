//! What the tracker answers when monitoring looks: how much waits, and what the books hold in all.

use std::sync::Arc;

use super::processing::Queue;
use super::store::{Store, Sums, Total};
use crate::monitoring::{Asked, BookTotals, Levels, Oldest, Waited};

/// The queue and the books of one tracker.
pub(super) struct Held {
    pub(super) queue: Arc<Queue>,
    pub(super) store: Store,
}

impl Levels for Held {
    fn queue_depth(&self) -> u64 {
        self.queue.depth() as u64
    }

    fn oldest_waiting(&self) -> Waited<'_> {
        Box::pin(async {
            self.store.oldest_waiting().await.ok().map(|found| found.map_or(Oldest::None, Oldest::Since))
        })
    }

    fn books(&self) -> Asked<'_> {
        Box::pin(async { self.store.totals().await.ok().map(summed) })
    }
}

/// The same rows as `/totals` shows: events without money have no currency.
fn summed(totals: Vec<Total>) -> BookTotals {
    let mut all = BookTotals::default();
    for Total { event, currency, sums: Sums { count, amount, .. } } in totals {
        all.add_events(&event, u64::try_from(count).unwrap_or_default());
        if !currency.is_empty() {
            all.add_amount(&currency, amount);
        }
    }
    all
}
