//! The work that goes on beside the rooms, from the start to the stop: the look at alert rules, the comparison with the
//! operator's counts, and retention.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::alerts::Watch;
use super::comparison::{Comparison, Counterpart};
use super::retention::{Job, Keepers};
use super::{Monitor, Settings, StartFailed};

/// The work of one stack, not begun.
pub(crate) struct Shift {
    monitor: Monitor,
    watch: Watch,
    comparison: Comparison,
    job: Job,
}

/// The work under way. Dropped, it is broken off.
pub(crate) struct Begun {
    monitor: Monitor,
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

impl Shift {
    /// The work that the settings ask for, over what these keepers keep, and the comparison with
    /// `counterpart`.
    pub(crate) fn new(
        monitor: Monitor,
        settings: &Settings,
        keepers: Keepers,
        counterpart: Arc<dyn Counterpart>,
    ) -> Result<Self, StartFailed> {
        let (watch, job) = (monitor.watch(settings)?, monitor.retention_job(settings, keepers));
        Ok(Self { comparison: Comparison::new(counterpart, monitor.clone()), monitor, watch, job })
    }

    /// Begins. It needs a runtime.
    pub(crate) fn begin(self) -> Begun {
        let Self { monitor, watch, comparison, job } = self;
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        tasks.spawn(watch.run(end_of(stopped.clone())));
        tasks.spawn(comparison.run(end_of(stopped.clone())));
        tasks.spawn(job.run(end_of(stopped)));
        Begun { monitor, stop, tasks }
    }
}

impl Begun {
    /// Ends the work, then writes what waits for the log and closes it. To be called when nobody has anything to tell
    /// any more.
    pub(crate) async fn end(self) -> io::Result<()> {
        let Self { monitor, stop, mut tasks } = self;
        drop(stop);
        while tasks.join_next().await.is_some() {}
        // The last lines go to a disk, which may be slow.
        Ok(tokio::task::spawn_blocking(move || monitor.close()).await?)
    }
}

impl std::fmt::Debug for Shift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shift").finish_non_exhaustive()
    }
}

/// Done when the other end is dropped.
async fn end_of(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}
