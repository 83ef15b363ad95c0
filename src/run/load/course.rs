//! The load itself, from the first connection to the last answer: what all lanes share is put together here, and the lanes
//! are fired on threads of their own.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

use super::chronicle::Chronicle;
use crate::load::{Endpoint, Ground, Identity, LoadRecord, Place, Shard, Slots, fire};
use crate::model::Ids;
use crate::run::folder::RunFolder;
use crate::run::site::Site;
use crate::run::{Inputs, RunError, clock};
use crate::scenario::{JourneyPlan, LoadPlan, Rate, Scenario};

/// From the start of the lanes to the first slot: time to connect.
const RUN_UP: Duration = Duration::from_millis(500);

/// What a load is made from.
pub(super) struct Course {
    pub(super) scenario: Scenario,
    pub(super) inputs: Inputs,
    /// The players of the whole load.
    pub(super) players: JourneyPlan,
    /// Click ids that the target made; none where they are derived.
    pub(super) clicks: Vec<String>,
    /// The faults that are done to deliveries.
    pub(super) faults: Vec<Rate>,
    pub(super) site: Arc<Site>,
    pub(super) shard: Shard,
    /// How postbacks are signed, in words.
    pub(super) signing: String,
    /// When the first slot is, where all shards begin together.
    pub(super) begins: Option<Timestamp>,
}

impl Course {
    /// Fires the load.
    ///
    /// # Errors
    /// When there is no way to the target.
    pub(super) async fn run(
        self,
        chronicle: Chronicle,
        stop: &watch::Receiver<bool>,
    ) -> Result<(Arc<Self>, LoadRecord), RunError> {
        let course = Arc::new(self);
        let ended = chronicle.stop();
        let bridge = tokio::spawn(pass_on(stop.clone(), Arc::clone(&ended)));
        let at_work = Arc::clone(&course);
        let record = tokio::task::spawn_blocking(move || at_work.fire(chronicle, &ended)).await;
        bridge.abort();
        let record = record
            .map_err(|_| RunError::undone("the load broke off in itself", "report this as a defect of postproof"))??;
        Ok((course, record))
    }

    fn fire(&self, mut chronicle: Chronicle, stop: &AtomicBool) -> Result<LoadRecord, RunError> {
        let Scenario { load, sla, .. } = &self.scenario;
        let site = &self.site;
        let endpoint = Endpoint::new(&site.url, load, &site.tls, site.connect_timeout)
            .map_err(|error| RunError::usage(error.to_string(), "correct the target and its certificates"))?;
        let ids = Ids::new(self.inputs.tag.clone());
        let known_clicks: HashSet<String> = self.clicks.iter().cloned().collect();
        let (began, began_at) = self.beginning();
        let threads = load.threads as u64;
        let ground = Ground {
            plan: load,
            sla,
            journeys: &self.players,
            faults: &self.faults,
            send: &self.scenario.send,
            dialect: &site.dialect,
            ids: &ids,
            ftd_minimum: self.scenario.ftd_minimum,
            clicks: &self.clicks,
            known_clicks: &known_clicks,
            seed: self.inputs.seed,
            start: self.inputs.start.as_second(),
            endpoint: &endpoint,
            timeout: site.timeout,
            first_lane: u64::from(self.shard.index() - 1) * threads,
            lanes: u64::from(self.shard.count()) * threads,
            canary_every: canary_every(load, self.shard),
            began,
            began_at,
            ends: load.lasts(),
            stop,
        };
        let mut record =
            LoadRecord::new(identity(&self.scenario, site, &self.signing, &self.inputs), self.shard, began_at);
        let fired = fire(&ground, |tick| chronicle.tick(&tick, &mut record));
        chronicle.end(&mut record, &fired);
        Ok(record)
    }

    /// Leaves the click ids for whoever judges the load later.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write_clicks(&self, record: &mut LoadRecord, folder: &RunFolder) -> Result<(), RunError> {
        write_clicks(&self.clicks, self.shard, record, folder)
    }

    /// When the first slot is, by both clocks: at once but for the time to connect, or when all shards begin.
    fn beginning(&self) -> (Instant, Timestamp) {
        let now = clock::now();
        let named = self.begins.and_then(|begins| Duration::try_from(begins.duration_since(now)).ok());
        let ahead = named.unwrap_or(RUN_UP);
        (Instant::now() + ahead, now + ahead)
    }
}

/// What makes a load of that scenario at that site the same as another; `signing` says in words how postbacks are signed.
/// A port that was free by chance makes no difference.
pub(in crate::run) fn identity(scenario: &Scenario, site: &Site, signing: &str, inputs: &Inputs) -> Identity {
    let Inputs { seed, tag, start } = inputs;
    let target = if site.is_embedded() { "the reference stack".to_owned() } else { site.url.to_string() };
    Identity::of(scenario, Place { target: &target, signing }, *seed, tag, *start)
}

/// Leaves the click ids of a shard's journeys, which take them in turn; none where they are derived.
///
/// # Errors
/// When the file cannot be written.
pub(in crate::run) fn write_clicks(
    clicks: &[String],
    shard: Shard,
    record: &mut LoadRecord,
    folder: &RunFolder,
) -> Result<(), RunError> {
    if clicks.is_empty() {
        return Ok(());
    }
    let name = format!("clicks-{}.txt", shard.index());
    let path = folder.file(&name);
    std::fs::write(&path, clicks.join("\n") + "\n").map_err(|error| {
        let message = format!("{} cannot be written: {error}", path.display());
        RunError::undone(message, "make room there, or name another folder with --out DIR")
    })?;
    record.clicks.insert(shard.index(), name);
    Ok(())
}

/// Of so many events that a lane has taken one is watched, so that there are as many as the plan asks for, and some more
/// because not all events are taken.
fn canary_every(load: &LoadPlan, shard: Shard) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a plan has fewer than 2^32 slots")]
    let slots = shard.part(Slots::planned(load) as u64);
    (slots / (load.canaries.max(1) * 2)).max(1)
}

/// Passes the signal on to threads that know no tokio.
async fn pass_on(mut stop: watch::Receiver<bool>, ended: Arc<AtomicBool>) {
    if stop.wait_for(|stopped| *stopped).await.is_ok() {
        ended.store(true, Ordering::Relaxed);
    }
}
