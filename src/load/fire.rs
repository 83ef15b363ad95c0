//! Firing a load: starts the lanes, each on a thread of its own, and adds up what they tell once a second.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::lane::Lane;
use super::line::Endpoint;
use super::tally::{Figures, Tally};
use crate::model::{Amount, EventKey, Ids, Record};
use crate::profile::Dialect;
use crate::scenario::{JourneyPlan, LoadPlan, Rate, SendPlan, SlaPlan};

/// Seconds of one lane that may wait to be added up; a disk that is slower for longer holds the lane up, which shows as its lag.
const WAITING: usize = 16;

/// Everything that the lanes of a load share, none of which changes.
pub struct Ground<'a> {
    /// What is to be done.
    pub plan: &'a LoadPlan,
    /// What is promised, so that breaches are counted as they happen.
    pub sla: &'a SlaPlan,
    /// The players; their number is that of the whole load.
    pub journeys: &'a JourneyPlan,
    /// The faults that are done to deliveries.
    pub faults: &'a [Rate],
    /// How often and after how long a postback is tried again.
    pub send: &'a SendPlan,
    /// How postbacks are written and signed.
    pub dialect: &'a Dialect,
    /// The ids of the run.
    pub ids: &'a Ids,
    /// The smallest first deposit that counts as an FTD.
    pub ftd_minimum: Amount,
    /// Click ids that the target gave; journeys take them in turn. Without any they are derived.
    pub clicks: &'a [String],
    /// The same, to tell which ids the target knows.
    pub known_clicks: &'a HashSet<String>,
    /// Seed of all that is drawn.
    pub seed: u64,
    /// Journey time at the start, in whole seconds since 1970.
    pub start: i64,
    /// Where postbacks go.
    pub endpoint: &'a Endpoint,
    /// Longest wait for a whole answer.
    pub timeout: Duration,
    /// Number of this process's first lane among all of all shards.
    pub first_lane: u64,
    /// How many lanes there are in all shards.
    pub lanes: u64,
    /// Of so many events that a lane has taken, one is watched on its way into the books; at least 1.
    pub canary_every: u64,
    /// When the load begins.
    pub began: Instant,
    /// The same as the clock tells it.
    pub began_at: Timestamp,
    /// When the last stage ends, after the beginning.
    pub ends: Duration,
    /// Turns true when the load is to be cut short.
    pub stop: &'a AtomicBool,
}

impl Ground<'_> {
    /// The click id of a journey, where it is not derived.
    pub(super) fn click(&self, journey: u64) -> Option<&str> {
        let count = self.clicks.len() as u64;
        let place = usize::try_from(journey.checked_rem(count)?).ok()?;
        self.clicks.get(place).map(String::as_str)
    }

    /// What the clock tells so long after the beginning.
    pub(super) fn clock(&self, after: Duration) -> Timestamp {
        let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::ZERO);
        self.began_at.checked_add(after).unwrap_or(self.began_at)
    }
}

/// One second of all lanes.
pub struct Tick {
    /// The second, from 0.
    pub second: u64,
    /// What was counted in it.
    pub figures: Figures,
    /// The attempts that ended in it, lane by lane.
    pub records: Vec<Record>,
    /// Events that were taken in it and whose way into the books is watched, and when they were.
    pub canaries: Vec<(EventKey, Instant)>,
    /// Requests under way at its end.
    pub in_flight: u64,
}

/// What a load came to.
pub struct Fired {
    /// All seconds together.
    pub figures: Figures,
    /// Journeys that have begun.
    pub journeys: u64,
    /// Genuine events that were given up.
    pub given_up: u64,
    /// Lanes that could not work, with the reason.
    pub failed: Vec<String>,
}

/// Fires the load and tells every second, in order; `tick` may take its time up to some seconds.
pub fn fire(ground: &Ground<'_>, mut tick: impl FnMut(Tick)) -> Fired {
    let lanes = ground.plan.threads;
    let (tell, told) = mpsc::sync_channel(WAITING * lanes);
    let gone: Vec<AtomicBool> = std::iter::repeat_with(AtomicBool::default).take(lanes).collect();
    let mut sum = Sum::new(ground.sla, &gone);
    std::thread::scope(|scope| {
        let lane = |(number, gone)| {
            let tell = tell.clone();
            let name = format!("load-{number}");
            // Dropped unused where there is no thread for it, which is told too.
            let mut notice = Notice { gone, due: true };
            let work = move || {
                let worked = Lane::work(ground, number, tell);
                notice.holds(worked.is_err());
                worked
            };
            std::thread::Builder::new().name(name).spawn_scoped(scope, work)
        };
        let threads: Vec<_> = gone.iter().enumerate().map(lane).collect();
        drop(tell);
        for tally in told {
            sum.add(tally);
            sum.ripe().into_iter().for_each(&mut tick);
        }
        sum.rest().into_iter().for_each(&mut tick);
        for thread in threads {
            let failed = match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(Ok(()))) => continue,
                Ok(Ok(Err(error))) | Err(error) => error.to_string(),
                Ok(Err(_)) => "a lane has panicked; report this as a defect of postproof".to_owned(),
            };
            sum.fired.failed.push(failed);
        }
    });
    sum.fired
}

/// Tells that a lane has gone before its time, by failing or by panicking, so that nobody waits for its seconds.
struct Notice<'a> {
    gone: &'a AtomicBool,
    due: bool,
}

impl Notice<'_> {
    fn holds(&mut self, due: bool) {
        self.due = due;
    }
}

impl Drop for Notice<'_> {
    fn drop(&mut self) {
        self.gone.store(self.due, Ordering::Release);
    }
}

/// Seconds that some lanes have told and others not yet.
struct Sum<'a> {
    sla: &'a SlaPlan,
    gone: &'a [AtomicBool],
    open: BTreeMap<u64, Tick>,
    /// The last second that each lane has told.
    told: Vec<Option<u64>>,
    journeys: Vec<(u64, u64)>,
    fired: Fired,
}

impl<'a> Sum<'a> {
    fn new(sla: &'a SlaPlan, gone: &'a [AtomicBool]) -> Self {
        let lanes = gone.len();
        let fired = Fired { figures: Figures::new(sla), journeys: 0, given_up: 0, failed: Vec::new() };
        Self { sla, gone, open: BTreeMap::new(), told: vec![None; lanes], journeys: vec![(0, 0); lanes], fired }
    }

    fn add(&mut self, tally: Tally) {
        let Tally { lane, second, figures, records, canaries, in_flight, journeys, given_up } = tally;
        let sla = self.sla;
        let tick = self.open.entry(second).or_insert_with(|| Tick {
            second,
            figures: Figures::new(sla),
            records: Vec::new(),
            canaries: Vec::new(),
            in_flight: 0,
        });
        tick.figures.merge(&figures);
        tick.records.extend(records);
        tick.canaries.extend(canaries);
        tick.in_flight += in_flight;
        self.fired.figures.merge(&figures);
        self.told[lane] = Some(second);
        self.journeys[lane] = (journeys, given_up);
        self.fired.journeys = self.journeys.iter().map(|(journeys, _)| journeys).sum();
        self.fired.given_up = self.journeys.iter().map(|(_, given_up)| given_up).sum();
    }

    /// The seconds that every lane has told that still works.
    fn ripe(&mut self) -> Vec<Tick> {
        let working = self.told.iter().zip(self.gone).filter(|(_, gone)| !gone.load(Ordering::Acquire));
        let Some(least) = working.map(|(told, _)| *told).min().flatten() else { return Vec::new() };
        let later = self.open.split_off(&(least + 1));
        std::mem::replace(&mut self.open, later).into_values().collect()
    }

    fn rest(&mut self) -> Vec<Tick> {
        std::mem::take(&mut self.open).into_values().collect()
    }
}
