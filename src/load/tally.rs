//! What a lane counts, second by second. Everything in it adds up without loss, over seconds, lanes and shards.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::effort::Effort;
use crate::model::{EventKey, EventKind, FailReason, InfoReason, Outcome, Record, Stance};
use crate::scenario::{Promise, Scope, SlaPlan};
use crate::stats::{Count, Latency};

/// What one lane did in one second.
pub struct Tally {
    /// The lane's number within this process.
    pub lane: usize,
    /// The second, from 0.
    pub second: u64,
    /// What was counted.
    pub figures: Figures,
    /// The attempts that ended.
    pub records: Vec<Record>,
    /// Genuine events that were taken and whose way into the books may be watched, and when they were.
    pub canaries: Vec<(EventKey, Instant)>,
    /// Requests under way at its end.
    pub in_flight: u64,
    /// Journeys that have begun so far.
    pub journeys: u64,
    /// Genuine events that were given up so far.
    pub given_up: u64,
}

/// What was counted in a stretch of time.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Genuine postbacks from their scheduled instant to the end of the answer, by kind of event in the order of
    /// [`EventKind::ALL`].
    pub response: [Latency; 5],
    /// The same by the number of their stage.
    pub stages: BTreeMap<u8, Latency>,
    /// Genuine postbacks from sending to the end of the answer.
    pub service: Latency,
    /// From the scheduled instant to sending, where a connection was free: the engine's own lateness.
    pub lag: Latency,
    /// Connecting, without TLS.
    pub connect: Latency,
    /// TLS handshakes.
    pub tls: Latency,
    /// How often each objective of the SLA was broken, in its order.
    pub objectives: Vec<Count>,
    /// The same of the rules that end a load early.
    pub aborts: Vec<Count>,
    /// Attempts that were not answered as they should be.
    pub availability: Count,
    /// How attempts ended.
    pub ends: Ends,
    /// What became of slots.
    pub slots: SlotCounts,
    /// How often this machine had no descriptor or port left for a connection.
    pub exhausted: u64,
    /// What the lane had of its core.
    pub effort: Effort,
    /// Lanes that had no time to spare, second by second.
    pub starved: u64,
}

/// How attempts ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field counts the attempts that ended as its name says")]
pub struct Ends {
    pub ok: u64,
    pub refused: u64,
    pub not_connected: u64,
    pub timed_out: u64,
    pub broken: u64,
    pub server_errors: u64,
    pub busy: u64,
    pub redirects: u64,
    pub unclear: u64,
    /// Cut short by postproof itself, or their answer thrown away.
    pub own_doing: u64,
    /// Forged ones, which are also among those above.
    pub forged: u64,
    /// Complete answers before the last stage ended.
    pub in_plan: u64,
}

/// What became of slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotCounts {
    /// Sent.
    pub sent: u64,
    /// Of those, sent later than the bound on the engine's lateness allows though a connection was free.
    pub late: u64,
    /// Of those, sent later because no connection was free.
    pub waited: u64,
    /// Due before the last stage ended, and never sent.
    pub unsent: u64,
    /// Sent after the last stage: what was still to be retried.
    pub after: u64,
}

impl Tally {
    /// That of a lane in a second that has just begun.
    pub(super) fn new(lane: usize, second: u64, sla: &SlaPlan) -> Self {
        Self {
            lane,
            second,
            figures: Figures::new(sla),
            records: Vec::new(),
            canaries: Vec::new(),
            in_flight: 0,
            journeys: 0,
            given_up: 0,
        }
    }
}

impl Figures {
    /// Nothing yet.
    pub fn new(sla: &SlaPlan) -> Self {
        Self {
            response: std::array::from_fn(|_| Latency::new()),
            stages: BTreeMap::new(),
            service: Latency::new(),
            lag: Latency::new(),
            connect: Latency::new(),
            tls: Latency::new(),
            objectives: vec![Count::default(); sla.objectives.len()],
            aborts: vec![Count::default(); sla.abort_if.len()],
            availability: Count::default(),
            ends: Ends::default(),
            slots: SlotCounts::default(),
            exhausted: 0,
            effort: Effort::default(),
            starved: 0,
        }
    }

    /// Adds all of another stretch.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.response.iter_mut().zip(&other.response) {
            own.merge(other);
        }
        for (stage, latency) in &other.stages {
            self.stages.entry(*stage).or_default().merge(latency);
        }
        for (own, other) in [
            (&mut self.service, &other.service),
            (&mut self.lag, &other.lag),
            (&mut self.connect, &other.connect),
            (&mut self.tls, &other.tls),
        ] {
            own.merge(other);
        }
        for (own, other) in self.objectives.iter_mut().zip(&other.objectives) {
            *own += *other;
        }
        for (own, other) in self.aborts.iter_mut().zip(&other.aborts) {
            *own += *other;
        }
        self.availability += other.availability;
        self.ends.add(&other.ends);
        self.slots.add(&other.slots);
        self.exhausted += other.exhausted;
        self.effort.add(other.effort);
        self.starved += other.starved;
    }

    /// Response times of all kinds together.
    pub fn all_responses(&self) -> Latency {
        let mut all = Latency::new();
        for latency in &self.response {
            all.merge(latency);
        }
        all
    }

    /// Counts an attempt that ended.
    pub fn attempt(&mut self, record: &Record, service: Duration, sla: &SlaPlan) {
        self.ends.count(record);
        if let Some(available) = record.is_available() {
            self.availability.add(!available);
        }
        let response = Duration::from_micros(u64::from(record.response_us));
        let timed = record.stance == Stance::Genuine && !record.is_own_doing() && has_latency(record.outcome);
        if timed {
            let kind = EventKind::ALL.iter().position(|kind| *kind == record.key.kind).unwrap_or(0);
            self.response[kind].record(response);
            self.stages.entry(record.stage).or_default().record(response);
            self.service.record(service);
        }
        for (objective, count) in sla.objectives.iter().zip(&mut self.objectives) {
            if covers(&objective.scope, record) {
                tell(objective.promise, record, timed.then_some(response), count);
            }
        }
        for (rule, count) in sla.abort_if.iter().zip(&mut self.aborts) {
            tell(rule.promise, record, timed.then_some(response), count);
        }
    }
}

fn covers(scope: &Scope, record: &Record) -> bool {
    match scope {
        Scope::Whole => true,
        Scope::Stage(stage) => usize::from(record.stage) == *stage,
        Scope::Event(kind) => record.key.kind == *kind,
    }
}

fn tell(promise: Promise, record: &Record, response: Option<Duration>, count: &mut Count) {
    match promise {
        Promise::Availability(_) => {
            if let Some(available) = record.is_available() {
                count.add(!available);
            }
        }
        Promise::Quantile { within, .. } => {
            if let Some(response) = response {
                count.add(response > within);
            }
        }
    }
}

/// Whether an attempt lasted as long as the target took: it was answered, or waited for in vain. What was refused a
/// connection, or lost it, says nothing about how long an answer takes.
fn has_latency(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Fail(FailReason::NotConnected) | Outcome::Info(InfoReason::Broken))
}

impl Ends {
    /// The word for attempts that postproof cut short itself.
    pub const OWN_DOING: &'static str = "own doing";

    /// Counts an attempt by how it ended.
    pub fn count(&mut self, record: &Record) {
        self.forged += u64::from(record.stance != Stance::Genuine);
        let field = match record.outcome {
            Outcome::Ok { .. } => &mut self.ok,
            Outcome::Fail(FailReason::Refused(_)) => &mut self.refused,
            Outcome::Fail(FailReason::NotConnected) => &mut self.not_connected,
            Outcome::Info(InfoReason::Timeout) => &mut self.timed_out,
            Outcome::Info(InfoReason::Broken) => &mut self.broken,
            Outcome::Info(InfoReason::GaveUpWaiting | InfoReason::AckLost(_)) => &mut self.own_doing,
            Outcome::Info(InfoReason::Status(408 | 409 | 429)) => &mut self.busy,
            Outcome::Info(InfoReason::Status(_)) => &mut self.server_errors,
            Outcome::Info(InfoReason::Redirect(_)) => &mut self.redirects,
            Outcome::Info(InfoReason::Unclear(_)) => &mut self.unclear,
        };
        *field += 1;
    }

    fn add(&mut self, other: &Self) {
        let Self { ok, refused, not_connected, timed_out, broken, server_errors, .. } = other;
        self.ok += ok;
        self.refused += refused;
        self.not_connected += not_connected;
        self.timed_out += timed_out;
        self.broken += broken;
        self.server_errors += server_errors;
        self.busy += other.busy;
        self.redirects += other.redirects;
        self.unclear += other.unclear;
        self.own_doing += other.own_doing;
        self.forged += other.forged;
        self.in_plan += other.in_plan;
    }

    /// The counts by a word for each, as reports, `load.json` and `/metrics` have them.
    pub fn words(&self) -> [(&'static str, u64); 10] {
        let Self { ok, refused, not_connected, timed_out, broken, server_errors, .. } = *self;
        [
            ("ok", ok),
            ("refused", refused),
            ("not connected", not_connected),
            ("timed out", timed_out),
            ("broken", broken),
            ("5xx", server_errors),
            ("busy", self.busy),
            ("redirected", self.redirects),
            ("unclear", self.unclear),
            (Self::OWN_DOING, self.own_doing),
        ]
    }

    /// Those of them that there were any of.
    pub fn by_word(&self) -> BTreeMap<String, u64> {
        self.words().into_iter().filter(|(_, count)| *count > 0).map(|(word, count)| (word.to_owned(), count)).collect()
    }
}

impl SlotCounts {
    fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.late += other.late;
        self.waited += other.waited;
        self.unsent += other.unsent;
        self.after += other.after;
    }
}
