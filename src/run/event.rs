//! What happens during a run, told to whoever watches: the terminal's progress line, later a live page.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::model::Outcome;
use crate::scenario::LoadModel;
use crate::stats::Count;

/// A part of a run, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Cases of the contract suite.
    Cases,
    /// Mutated postbacks, and the shrinking of those that fail.
    Probes,
    /// The shrinking of probes that only the books show to have failed: they are read at each step.
    Shrinking,
    /// Journeys from click to last event.
    Journeys,
    /// Players of a simulation.
    Players,
    /// Clicks that are made before a load.
    Clicks,
    /// A load.
    Load,
    /// What comes late, and what comes again.
    Afterwards,
    /// The credits are read back until they are quiet.
    Settling,
}

/// Where a load stands.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Whether postbacks are planned, or players.
    pub model: LoadModel,
    /// Since its beginning.
    pub elapsed: Duration,
    /// How long its stages last.
    pub lasts: Duration,
    /// The number of the stage, from 0, and how many there are.
    pub stage: (usize, usize),
    /// Postbacks a second that are planned now; in the closed model, players at once.
    pub planned: f64,
    /// Complete answers in the last second.
    pub answers: u64,
    /// Requests under way; in the closed model, players at once.
    pub in_flight: u64,
    /// Median response time of the last second; below, the 95th and the 99th percentile.
    pub p50: Duration,
    /// The 95th percentile.
    pub p95: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// Attempts so far that were not answered as they should be, of so many.
    pub unavailable: Count,
    /// The share of the budget of errors that is left, below zero when it is overdrawn; `None` without a promise.
    pub budget_left: Option<f64>,
    /// Slots so far that came and went unsent.
    pub unsent: u64,
}

/// Where a parallel run stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Players' time since its beginning.
    pub passed: Duration,
    /// How long it lasts, in players' time.
    pub lasts: Duration,
    /// How many times faster than real time it goes.
    pub speed: f64,
    /// First deposits seen by cookie so far.
    pub cookie: u64,
    /// First deposits seen by S2S so far.
    pub s2s: u64,
    /// The gap so far and its 90 % interval, −1 to 1; `None` before anything was seen.
    pub gap: Option<[f64; 3]>,
    /// How many first deposits either method will have seen in the end, at the present rate.
    pub projected: u64,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// A phase began, with so many steps to come where they can be counted.
    Began(Phase, Option<u64>),
    /// One step of the phase was done.
    Step,
    /// An attempt ended.
    Attempted(Outcome),
    /// A second of a load has passed.
    Second(Moment),
    /// A second of a parallel run has passed.
    Compared(Standing),
    /// The figures of a load can be scraped there while it goes on.
    Metrics(SocketAddr),
    /// The credits were read: so many new ones, and so many acknowledged events still missing.
    Read {
        /// New credits of any kind.
        credits: usize,
        /// Acknowledged events that are not among them.
        missing: usize,
    },
}

/// Whoever watches. Called from many tasks at once; it must not block.
pub type Watch = Arc<dyn Fn(&RunEvent) + Send + Sync>;
