//! The operator's counts held against the tracker's (seed 003 §11), for the figure and the alert rule on it.
//!
//! Both go on counting while they are compared. The operator is asked before and after the tracker: what it knew for a
//! while the tracker ought to have, and what it does not know even afterwards the tracker ought not to have. So
//! postbacks that are on their way are no difference, unless they are for longer than [`PATIENCE`].

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{self, MissedTickBehavior};

use super::Monitor;

/// The time between two comparisons, unless both took longer. It reads a few rows on either side.
const EVERY: Duration = Duration::from_secs(15);

/// How long a postback may be on its way.
const PATIENCE: Duration = Duration::from_secs(5);

/// Events of each kind.
pub(crate) type EventCounts = Vec<(String, u64)>;

/// An answer under way; nothing when there is none now.
pub(crate) type Counted<'a> = Pin<Box<dyn Future<Output = Option<EventCounts>> + Send + 'a>>;

/// The other side of the books.
pub(crate) trait Counterpart: Send + Sync {
    /// How many events of each kind it told the tracker of, or is about to.
    fn counted(&self) -> Counted<'_>;
}

/// The comparison of one stack.
pub(super) struct Comparison {
    counterpart: Arc<dyn Counterpart>,
    monitor: Monitor,
}

impl Comparison {
    /// A comparison of that side with the monitor's own books.
    pub(super) fn new(counterpart: Arc<dyn Counterpart>, monitor: Monitor) -> Self {
        Self { counterpart, monitor }
    }

    /// Compares until `shutdown` is done.
    pub(super) async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut interval = time::interval(EVERY);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let work = async {
            loop {
                interval.tick().await;
                // A side that does not answer now is asked again the next time; until then the last figure stands.
                if let Some(share) = self.once().await {
                    self.monitor.discrepancy(share);
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = shutdown => {}
        }
    }

    async fn once(&self) -> Option<f64> {
        let before = self.counterpart.counted().await?;
        time::sleep(PATIENCE).await;
        let booked = self.monitor.look().await?;
        let booked: EventCounts = booked.events().map(|(event, count)| (event.to_owned(), count)).collect();
        let after = self.counterpart.counted().await?;
        share(&before, &booked, &after)
    }
}

/// The share of the operator's events that are missing from what was booked, or were booked beyond them. Nothing where
/// the operator has none: then somebody else sends, whom nobody here can ask.
#[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^53")]
fn share(before: &EventCounts, booked: &EventCounts, after: &EventCounts) -> Option<f64> {
    let of = |counts: &EventCounts, event: &str| {
        counts.iter().filter(|(name, _)| name == event).map(|(_, count)| *count).sum::<u64>()
    };
    let all: u64 = after.iter().map(|(_, count)| *count).sum();
    let missing: u64 = before.iter().map(|(event, count)| count.saturating_sub(of(booked, event))).sum();
    let beyond: u64 = booked.iter().map(|(event, count)| count.saturating_sub(of(after, event))).sum();
    (all > 0).then(|| (missing + beyond) as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;
    use crate::monitoring::{Asked, BookTotals, Levels, Oldest, Waited};

    fn counts(registrations: u64, deposits: u64) -> EventCounts {
        vec![("registration".to_owned(), registrations), ("deposit_success".to_owned(), deposits)]
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_differ() {
        let near = |found: Option<f64>, value: f64| found.is_some_and(|found| (found - value).abs() < 1e-9);
        let told = counts(60, 40);
        assert!(near(share(&told, &told, &told), 0.0));
        assert!(near(share(&told, &counts(60, 37), &told), 0.03), "three are missing");
        assert!(near(share(&told, &counts(61, 41), &told), 0.02), "two are too many");
        assert!(near(share(&told, &counts(59, 41), &told), 0.02), "one of each does not cancel out");
        assert!(near(share(&told, &counts(58, 39), &counts(62, 40)), 0.03 / 1.02));
        assert!(near(share(&told, &counts(62, 40), &counts(62, 41)), 0.0), "what came meanwhile is no difference");
        assert_eq!(share(&Vec::new(), &told, &Vec::new()), None, "somebody else sends");
    }

    /// An operator with a hundred registrations, and books with so many.
    struct Sides(AtomicU64);

    impl Counterpart for Sides {
        fn counted(&self) -> Counted<'_> {
            Box::pin(async { Some(counts(100, 0)) })
        }
    }

    impl Levels for Sides {
        fn queue_depth(&self) -> u64 {
            0
        }

        fn oldest_waiting(&self) -> Waited<'_> {
            Box::pin(async { Some(Oldest::None) })
        }

        fn books(&self) -> Asked<'_> {
            let mut totals = BookTotals::default();
            totals.add_events("registration", self.0.load(Relaxed));
            Box::pin(async { Some(totals) })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_figure_follows_the_sides() {
        let sides = Arc::new(Sides(AtomicU64::new(90)));
        let monitor = Monitor::silent();
        monitor.ask(Arc::<Sides>::clone(&sides));
        let comparison = Comparison::new(Arc::<Sides>::clone(&sides), monitor.clone());
        let running = tokio::spawn(comparison.run(time::sleep(4 * EVERY)));
        time::sleep(PATIENCE + Duration::from_secs(1)).await;
        assert!(monitor.metrics().contains("\npostproof_discrepancy_ratio 0.1\n"));
        sides.0.store(100, Relaxed);
        time::sleep(EVERY).await;
        assert!(monitor.metrics().contains("\npostproof_discrepancy_ratio 0\n"));
        running.await.expect("it ends");
    }
}
