//! Canaries: acknowledged events whose appearance in the books is watched during the load. Reading the books is a load too,
//! so the pauses between two looks grow with what a look takes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::load::Canaries;
use crate::model::{EventKey, Ids};
use crate::run::site::Site;

/// An event that was acknowledged, and when.
pub(in crate::run) type Canary = (EventKey, Instant);

/// Shortest pause between two looks.
const SHORTEST: Duration = Duration::from_millis(500);

/// A pause is so many times as long as a look takes, so that no more than a tenth of the time is spent on looking.
const RESTRAINT: u32 = 9;

/// Canaries that may be watched at once.
const MOST: usize = 10_000;

/// How long acknowledged events took into the books.
#[derive(Debug, Default)]
pub(in crate::run) struct Sightings {
    /// From the acknowledgement to the end of the look that found the event.
    pub(in crate::run) delays: Vec<Duration>,
    /// How long those were waited for that were not found.
    pub(in crate::run) unseen: Vec<Duration>,
    /// Longest time between the ends of two looks.
    pub(in crate::run) poll: Duration,
}

impl Sightings {
    /// The same as it stands in the record, in milliseconds.
    pub(in crate::run) fn told(&self) -> Canaries {
        let millis = |span: &Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let sorted = |spans: &[Duration]| {
            let mut told: Vec<u64> = spans.iter().map(millis).collect();
            told.sort_unstable();
            told
        };
        Canaries { delays_ms: sorted(&self.delays), missing_ms: sorted(&self.unseen), poll_ms: millis(&self.poll) }
    }
}

/// Watches the canaries that are sent there, from now until the sender is gone and all are found or the patience of the
/// read-back is over. `None` without a read-back.
pub(in crate::run) fn watch(
    site: &Arc<Site>,
    ids: &Ids,
    readable: bool,
    stop: &watch::Receiver<bool>,
) -> (UnboundedSender<Canary>, impl Future<Output = Option<Sightings>>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let looking: Option<JoinHandle<Sightings>> =
        readable.then(|| tokio::spawn(look(Arc::clone(site), ids.clone(), receiver, stop.clone())));
    let found = async move {
        match looking {
            Some(looking) => looking.await.ok(),
            None => None,
        }
    };
    (sender, found)
}

async fn look(
    site: Arc<Site>,
    ids: Ids,
    mut told: UnboundedReceiver<Canary>,
    stop: watch::Receiver<bool>,
) -> Sightings {
    let mut sightings = Sightings::default();
    let mut waiting: HashMap<EventKey, Instant> = HashMap::new();
    let (mut last, mut over) = (Instant::now(), None);
    loop {
        let began = Instant::now();
        loop {
            match told.try_recv() {
                Ok((key, when)) if waiting.len() < MOST => drop(waiting.insert(key, when)),
                Ok(_) => {}
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => {
                    over.get_or_insert(began);
                    break;
                }
            }
        }
        if !waiting.is_empty() {
            find(&site, &ids, &mut waiting, &mut sightings).await;
            sightings.poll = sightings.poll.max(last.elapsed());
        }
        last = Instant::now();
        let patience = over.is_some_and(|over| over.elapsed() >= site.read_back.plan.settle);
        if over.is_some() && (waiting.is_empty() || patience || *stop.borrow()) {
            sightings.unseen.extend(waiting.values().map(Instant::elapsed));
            return sightings;
        }
        tokio::time::sleep((began.elapsed() * RESTRAINT).max(SHORTEST)).await;
    }
}

async fn find(site: &Site, ids: &Ids, waiting: &mut HashMap<EventKey, Instant>, sightings: &mut Sightings) {
    // A target under load may fail to answer, or break off; the next look will tell the rest.
    let mut found = Vec::new();
    let _ = site
        .read_back
        .stream(&mut |credit| {
            if let Some(key) = ids.parse(&credit.event_id).filter(|key| waiting.contains_key(key)) {
                found.push(key);
            }
        })
        .await;
    for key in found {
        if let Some(acknowledged) = waiting.remove(&key) {
            sightings.delays.push(acknowledged.elapsed());
        }
    }
}
