//! `load.json`: everything of a load that is no latency and no single attempt, so that it can be judged later, alone or
//! together with the other shards. Records of shards add up in any order and grouping to the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Shard;
use super::effort::Effort;
use super::identity::{Difference, Identity};
use crate::stats::Count;

/// The name and number of the file's schema. A change that older versions would misread raises the number.
pub const LOAD_SCHEMA: &str = "postproof.load/1";

/// The note of a load whose machine had no connection left for it.
pub const EXHAUSTED: &str = "this machine had no file descriptor or port left for a connection: raise `ulimit -n`, keep \
                             connections alive, or lower [load] connections";

/// Largest number of anything in one record. All shards together then stay far below what a number holds.
const LARGEST: u64 = 1 << 50;

/// What a load, or a part of one, came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadRecord {
    /// Always `postproof.load/1`.
    pub schema: String,
    /// What the load was made from.
    pub identity: Identity,
    /// Which shards are in it.
    pub shards: Shards,
    /// When the first of them began by its clock.
    pub began: Timestamp,
    /// When the last of them began.
    pub began_last: Timestamp,
    /// Whether one was cut short by a signal.
    pub interrupted: bool,
    /// What became of slots.
    pub slots: SlotSums,
    /// What the engine had of its cores while it had no time to spare; records of earlier versions do not tell.
    #[serde(default)]
    pub effort: EffortSums,
    /// Journeys that have begun.
    pub journeys: u64,
    /// Genuine events that were given up.
    pub given_up: u64,
    /// Forged attempts, which are also among the ends.
    pub forged: u64,
    /// The rules that ended it early.
    pub aborted: BTreeSet<String>,
    /// How attempts ended, by a word for it such as `ok` or `timed out`.
    pub ends: BTreeMap<String, u64>,
    /// Complete answers before the last stage ended; over the stages' time they are the rate that was achieved.
    pub in_plan: u64,
    /// Attempts that were not answered as they should be, second by second from the beginning.
    pub availability: Vec<Count>,
    /// How often each objective of the SLA was broken, by its id, second by second.
    pub objectives: BTreeMap<String, Vec<Count>>,
    /// What is known of the delay until the books.
    pub canaries: Canaries,
    /// Files of click ids, one a line, by the number of their shard, where players really clicked; the journeys of the shard
    /// take them in turn.
    pub clicks: BTreeMap<u32, String>,
    /// Attempts that stand in the ledgers.
    pub ledger_records: u64,
    /// What is missing from the evidence, in words: a full disk, a lane that could not work.
    pub gaps: BTreeSet<String>,
    /// What a reader should know besides.
    pub notes: BTreeSet<String>,
}

/// Which shards are in a record, of how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shards {
    /// How many there are.
    pub count: u32,
    /// Those that are in it, from 1.
    pub present: BTreeSet<u32>,
}

/// What became of slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotSums {
    /// Due before the last stage ended.
    pub planned: u64,
    /// Sent.
    pub sent: u64,
    /// Of those, sent late though a connection was free.
    pub late: u64,
    /// Of those, sent late because no connection was free.
    pub waited: u64,
    /// Never sent.
    pub unsent: u64,
    /// Sent after the last stage.
    pub after: u64,
    /// Of those that waited for a connection, those that did while the target answered in time.
    pub own_waits: u64,
}

/// What the engine's threads had of their cores in the seconds in which one had no time to spare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffortSums {
    /// How many such seconds there were.
    pub seconds: u64,
    /// The time of all threads, in milliseconds.
    pub wall_ms: u64,
    /// For how much of it they ran.
    pub busy_ms: u64,
    /// For how much of it others ran although they were ready to.
    pub held_ms: u64,
    /// Slots that waited for a connection meanwhile, and the target did not make wait.
    pub starved_waits: u64,
}

/// Acknowledged events whose appearance in the books was watched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canaries {
    /// From the acknowledgement to the read-back that showed it, in milliseconds, ascending.
    pub delays_ms: Vec<u64>,
    /// How long each was waited for that never appeared, in milliseconds, ascending.
    pub missing_ms: Vec<u64>,
    /// Longest time between two read-backs, in milliseconds.
    pub poll_ms: u64,
}

/// Why records cannot be merged, or one cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// They are of different loads.
    #[error("{what} differs: {here} in the one, {there} in the other", what = .0.what, here = .0.here, there = .0.there)]
    Different(Difference),
    /// One shard is in both.
    #[error("shard {0} is there twice")]
    Twice(u32),
    /// A record contradicts itself.
    #[error("{0}")]
    Unsound(String),
}

impl LoadRecord {
    /// A record of one shard in which nothing has happened yet.
    pub fn new(identity: Identity, shard: Shard, began: Timestamp) -> Self {
        let objectives = identity.sla.objectives.iter().map(|objective| (objective.id.clone(), Vec::new())).collect();
        Self {
            schema: LOAD_SCHEMA.to_owned(),
            identity,
            shards: Shards { count: shard.count(), present: [shard.index()].into() },
            began,
            began_last: began,
            interrupted: false,
            slots: SlotSums::default(),
            effort: EffortSums::default(),
            journeys: 0,
            given_up: 0,
            forged: 0,
            aborted: BTreeSet::new(),
            ends: BTreeMap::new(),
            in_plan: 0,
            availability: Vec::new(),
            objectives,
            canaries: Canaries::default(),
            clicks: BTreeMap::new(),
            ledger_records: 0,
            gaps: BTreeSet::new(),
            notes: BTreeSet::new(),
        }
    }

    /// Adds what was counted in a second: availability, and each objective in the plan's order.
    pub fn count(&mut self, second: u64, availability: Count, objectives: &[Count]) {
        add_at(&mut self.availability, second, availability);
        for (objective, count) in self.identity.sla.objectives.iter().zip(objectives) {
            add_at(self.objectives.entry(objective.id.clone()).or_default(), second, *count);
        }
    }

    /// How often each objective was broken, second by second, in the plan's order.
    pub fn by_objective(&self) -> Vec<Vec<Count>> {
        let counts = |id: &String| self.objectives.get(id).cloned().unwrap_or_default();
        self.identity.sla.objectives.iter().map(|objective| counts(&objective.id)).collect()
    }

    /// Adds another part of the same load.
    ///
    /// # Errors
    /// When it is of another load, or holds a shard that is in this one already.
    pub fn merge(mut self, other: Self) -> Result<Self, RecordError> {
        if let Some(difference) = self.identity.difference(&other.identity) {
            return Err(RecordError::Different(difference));
        }
        self.shards = self.shards.merge(other.shards)?;
        // A name makes no difference, so the lesser one stands whatever the order.
        self.identity.scenario = self.identity.scenario.min(other.identity.scenario);
        self.began = self.began.min(other.began);
        self.began_last = self.began_last.max(other.began_last);
        self.interrupted |= other.interrupted;
        self.slots.add(other.slots);
        self.effort.add(other.effort);
        self.journeys += other.journeys;
        self.given_up += other.given_up;
        self.forged += other.forged;
        self.aborted.extend(other.aborted);
        self.in_plan += other.in_plan;
        self.ledger_records += other.ledger_records;
        other.ends.into_iter().for_each(|(end, count)| *self.ends.entry(end).or_default() += count);
        add_all(&mut self.availability, &other.availability);
        for (id, counts) in &other.objectives {
            add_all(self.objectives.entry(id.clone()).or_default(), counts);
        }
        self.canaries.add(other.canaries);
        self.clicks.extend(other.clicks);
        self.gaps.extend(other.gaps);
        self.notes.extend(other.notes);
        Ok(self)
    }

    /// What a file may hold that postproof did not write.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn check(&self) -> Result<(), RecordError> {
        let Shards { count, present } = &self.shards;
        let unsound = |what: String| Err(RecordError::Unsound(what));
        if self.schema != LOAD_SCHEMA {
            return unsound(format!("its schema is {}, and this version reads {LOAD_SCHEMA}", self.schema));
        }
        if let Some(wrong) = present.iter().find(|index| Shard::new(**index, *count).is_err()) {
            return unsound(format!("there is no shard {wrong} of {count}"));
        }
        if let Some(id) = self.objectives.keys().find(|id| self.identity.sla.objectives.iter().all(|o| o.id != **id)) {
            return unsound(format!("it counts {id}, which its SLA does not promise"));
        }
        if let Some(number) = self.numbers().find(|number| *number > LARGEST) {
            return unsound(format!("{number} is more than any load comes to"));
        }
        let mut counts = self.objectives.values().chain([&self.availability]).flatten();
        if counts.any(|count| count.bad > count.total) {
            return unsound("more attempts broke a promise than were made".to_owned());
        }
        let plain = |name: &String| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
        match self.clicks.values().find(|name| !plain(name)) {
            Some(name) => unsound(format!("`{name}` is no name of a file in its folder")),
            None => Ok(()),
        }
    }
}

impl LoadRecord {
    /// Every number that is added up.
    fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let SlotSums { planned, sent, late, waited, unsent, after, own_waits } = self.slots;
        let slots = [planned, sent, late, waited, unsent, after, own_waits];
        let EffortSums { seconds, wall_ms, busy_ms, held_ms, starved_waits } = self.effort;
        let effort = [seconds, wall_ms, busy_ms, held_ms, starved_waits];
        let sums = [self.journeys, self.given_up, self.forged, self.in_plan, self.ledger_records];
        let counts = self.objectives.values().chain([&self.availability]).flatten().map(|count| count.total);
        slots.into_iter().chain(effort).chain(sums).chain(self.ends.values().copied()).chain(counts)
    }
}

impl Shards {
    /// The shards that are not there.
    pub fn missing(&self) -> Vec<u32> {
        (1..=self.count).filter(|index| !self.present.contains(index)).collect()
    }

    fn merge(mut self, other: Self) -> Result<Self, RecordError> {
        if self.count != other.count {
            let [here, there] = [self.count, other.count].map(|count| count.to_string());
            return Err(RecordError::Different(Difference { what: "the number of shards".to_owned(), here, there }));
        }
        if let Some(twice) = other.present.iter().find(|index| self.present.contains(index)) {
            return Err(RecordError::Twice(*twice));
        }
        self.present.extend(other.present);
        Ok(self)
    }
}

impl SlotSums {
    fn add(&mut self, other: Self) {
        let Self { planned, sent, late, waited, unsent, after, own_waits } = other;
        self.planned += planned;
        self.sent += sent;
        self.late += late;
        self.waited += waited;
        self.unsent += unsent;
        self.after += after;
        self.own_waits += own_waits;
    }
}

impl EffortSums {
    /// Adds a second.
    pub fn add_second(&mut self, effort: Effort) {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let Effort { wall, busy, held } = effort;
        let [wall_ms, busy_ms, held_ms] = [wall, busy, held].map(millis);
        self.add(Self { seconds: 1, wall_ms, busy_ms, held_ms, starved_waits: 0 });
    }

    fn add(&mut self, other: Self) {
        let Self { seconds, wall_ms, busy_ms, held_ms, starved_waits } = other;
        self.seconds += seconds;
        self.wall_ms += wall_ms;
        self.busy_ms += busy_ms;
        self.held_ms += held_ms;
        self.starved_waits += starved_waits;
    }
}

impl Canaries {
    fn add(&mut self, other: Self) {
        self.delays_ms.extend(other.delays_ms);
        self.delays_ms.sort_unstable();
        self.missing_ms.extend(other.missing_ms);
        self.missing_ms.sort_unstable();
        self.poll_ms = self.poll_ms.max(other.poll_ms);
    }
}

fn add_at(counts: &mut Vec<Count>, second: u64, count: Count) {
    let Ok(second) = usize::try_from(second) else { return };
    let room = counts.len().max(second + 1);
    counts.resize(room, Count::default());
    counts[second] += count;
}

fn add_all(own: &mut Vec<Count>, other: &[Count]) {
    if own.len() < other.len() {
        own.resize(other.len(), Count::default());
    }
    for (own, other) in own.iter_mut().zip(other) {
        *own += *other;
    }
}

#[cfg(test)]
pub(super) mod tests;
