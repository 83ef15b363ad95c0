//! The job: at each interval, and once at the start, it asks every keeper to remove what is too old.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{self, Instant, MissedTickBehavior};

use super::report::{Removed, Report};
use super::{Kind, Limits, Removal, Retain, RetainError};
use crate::monitoring::Monitor;
use crate::monitoring::log::{Line, Outcome, Room};

/// Things that are removed in one go, so that no keeper is held up for long.
const SLICE: u32 = 1000;

/// The pause between two goes, in which the keeper does its other work.
const PAUSE: Duration = Duration::from_millis(20);

/// Most goes for one kind in one run: ten million things. What is left is for the next run.
const MAX_SLICES: u32 = 10_000;

/// Who keeps what.
#[derive(Clone, Default)]
pub(crate) struct Keepers(Vec<(Kind, Arc<dyn Retain>)>);

/// The job with what it needs.
pub(crate) struct Job {
    limits: Limits,
    keepers: Keepers,
    monitor: Monitor,
}

/// The monitor's own log as a keeper.
struct KeptLog(Monitor);

impl Keepers {
    /// Also asks `keeper` for that kind of thing.
    pub(crate) fn with(mut self, kind: Kind, keeper: Arc<dyn Retain>) -> Self {
        self.0.push((kind, keeper));
        self
    }
}

impl Job {
    /// The job over these keepers and the monitor's own log.
    pub(crate) fn new(limits: Limits, keepers: Keepers, monitor: Monitor) -> Self {
        let keepers = keepers.with(Kind::Logs, Arc::new(KeptLog(monitor.clone())));
        Self { limits, keepers, monitor }
    }

    /// Runs until `shutdown` is done; what it is in the middle of is broken off then, between two slices or in one.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut interval = time::interval(self.limits.every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let work = async {
            loop {
                interval.tick().await;
                self.once(self.monitor.clock().now()).await;
            }
        };
        tokio::select! {
            () = work => {}
            () = shutdown => {}
        }
    }

    /// One run at `now`. Its report is shown from then on.
    pub(crate) async fn once(&self, now: Timestamp) {
        let began = Instant::now();
        let mut kinds = Vec::new();
        for (kind, before) in self.limits.cutoffs(now) {
            for (_, keeper) in self.keepers.0.iter().filter(|(kept, _)| *kept == kind) {
                let removed = remove(keeper.as_ref(), kind, before).await;
                self.monitor.removed(kind, removed.count);
                kinds.push(removed);
            }
        }
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.monitor.log(|| Line { took: Some(began.elapsed()), ..Line::new(now, Room::Retention, Outcome::Removed) });
        self.monitor.retained(Report { at: now, took_ms, kinds });
    }
}

async fn remove(keeper: &dyn Retain, kind: Kind, before: Timestamp) -> Removed {
    let mut done = Removed { kind, before, count: 0, complete: false };
    for _ in 0..MAX_SLICES {
        match keeper.delete_older(kind, before, SLICE).await {
            Ok(0) => {
                done.complete = true;
                break;
            }
            Ok(removed) => done.count += removed,
            Err(RetainError) => break,
        }
        time::sleep(PAUSE).await;
    }
    done
}

impl Retain for KeptLog {
    fn delete_older(&self, _kind: Kind, before: Timestamp, _limit: u32) -> Removal<'_> {
        Box::pin(async move { self.0.delete_log_lines(before).await.map_err(|_| RetainError) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A keeper with so many things, which may be stuck.
    struct Shelf {
        things: Mutex<u64>,
        stuck: bool,
    }

    impl Retain for Shelf {
        fn delete_older(&self, _kind: Kind, _before: Timestamp, limit: u32) -> Removal<'_> {
            Box::pin(async move {
                let mut things = self.things.lock().map_err(|_| RetainError)?;
                let removed = (*things).min(u64::from(limit));
                *things -= removed;
                if self.stuck && removed == 0 { Err(RetainError) } else { Ok(removed) }
            })
        }
    }

    fn shelf(things: u64, stuck: bool) -> Arc<Shelf> {
        Arc::new(Shelf { things: Mutex::new(things), stuck })
    }

    fn limits() -> Limits {
        let days = super::super::KINDS.into_iter().map(|kind| (kind, 30)).collect();
        Limits { days, every: Duration::from_hours(1) }
    }

    #[tokio::test(start_paused = true)]
    async fn every_keeper_is_asked_until_nothing_is_left() {
        let (clicks, letters) = (shelf(2500, false), shelf(10, true));
        let keepers = Keepers::default()
            .with(Kind::ClickParameters, Arc::<Shelf>::clone(&clicks))
            .with(Kind::DeadLetters, letters);
        let monitor = Monitor::silent();
        let now = "2026-11-21T12:00:00Z".parse().expect("an instant");
        Job::new(limits(), keepers, monitor.clone()).once(now).await;
        assert_eq!(*clicks.things.lock().expect("not poisoned"), 0);
        let report = monitor.last_retention().expect("a report");
        let told: Vec<_> = report.kinds.iter().map(|kind| (kind.kind, kind.count, kind.complete)).collect();
        let expected = [(Kind::Logs, 0, true), (Kind::ClickParameters, 2500, true), (Kind::DeadLetters, 10, false)];
        assert_eq!(told, expected);
        let json = serde_json::to_string(&report).expect("JSON");
        assert!(json.contains(r#""kind":"click_parameters","before":"2026-10-22T12:00:00Z","removed":2500"#), "{json}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_job_runs_at_the_start_and_at_each_interval_until_it_is_stopped() {
        let payloads = shelf(0, false);
        let refilled = Arc::clone(&payloads);
        let keepers = Keepers::default().with(Kind::Payloads, payloads);
        let monitor = Monitor::silent();
        let job = Job::new(limits(), keepers, monitor.clone());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(job.run(async { drop(stopped.await) }));
        time::sleep(Duration::from_secs(10)).await;
        assert!(monitor.last_retention().is_some_and(|report| report.kinds.iter().all(|kind| kind.count == 0)));
        *refilled.things.lock().expect("not poisoned") = 3;
        time::sleep(Duration::from_hours(1)).await;
        assert!(monitor.last_retention().is_some_and(|report| report.kinds.iter().any(|kind| kind.count == 3)));
        drop(stop);
        running.await.expect("it ends");
    }
}
