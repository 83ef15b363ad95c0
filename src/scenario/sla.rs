//! The SLA that a load is judged by.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::EventKind;

mod promises;
mod rules;

pub(super) use promises::sla;

/// What is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlaPlan {
    /// Promises about answers, each judged by the share of attempts that break it.
    pub objectives: Vec<Objective>,
    /// Length of the sliding windows over which each promise about the whole run has to hold too.
    pub window: Duration,
    /// Burn-rate rules on availability.
    pub burn: Vec<BurnRule>,
    /// Largest mean delay from the acknowledgement to the books.
    pub ingestion_lag_mean: Option<Duration>,
    /// Largest share by which acknowledged and booked events may differ, 0 to 1.
    pub desync: Option<f64>,
    /// Whether the scenario itself names that delay: then it has to be measured.
    pub ingestion_declared: bool,
    /// Whether the scenario itself names that share: then it has to be measured.
    pub desync_declared: bool,
    /// What ends the load early.
    pub abort_if: Vec<AbortRule>,
}

/// A promise about answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// The id of its check, such as `sla.p95` or `sla.stage.spike.p95`.
    pub id: String,
    /// What it is about.
    pub scope: Scope,
    /// What is promised.
    pub promise: Promise,
}

/// What an objective is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The whole run.
    Whole,
    /// The stage of that number, from 0.
    Stage(usize),
    /// Events of one kind.
    Event(EventKind),
}

/// A promise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Promise {
    /// A quantile (above 0, below 1) of the response times of genuine postbacks is at most that long.
    Quantile {
        /// Which one, such as 0.95.
        q: f64,
        /// The longest.
        within: Duration,
    },
    /// At least this share of attempts (above 0, below 1) is answered as it should be.
    Availability(f64),
}

/// A burn-rate rule: it fires when both windows burn the budget of errors faster than allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BurnRule {
    /// The id of its check, such as `sla.burn.1m`.
    pub id: String,
    /// The long window.
    pub long: Duration,
    /// The short window, which tells that it is still going on.
    pub short: Duration,
    /// How many times faster than the budget allows.
    pub factor: f64,
}

/// What ends a load early: an objective that is broken so badly for so long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbortRule {
    /// As it stands in the scenario.
    pub text: String,
    /// What has to hold no longer.
    pub promise: Promise,
    /// Over how long a stretch.
    pub lasting: Duration,
}

impl SlaPlan {
    /// The share of attempts that the promise on the whole run's availability leaves for errors.
    pub fn budget(&self) -> Option<f64> {
        let promises = self.objectives.iter().filter(|objective| objective.scope == Scope::Whole);
        promises.map(|objective| objective.promise).find_map(|promise| match promise {
            Promise::Availability(_) => Some(promise.allowed()),
            Promise::Quantile { .. } => None,
        })
    }
}

impl Promise {
    /// The share of attempts that may break it.
    pub fn allowed(self) -> f64 {
        match self {
            Self::Quantile { q, .. } => 1.0 - q,
            Self::Availability(share) => 1.0 - share,
        }
    }
}

impl Default for SlaPlan {
    /// What the seeds promise (003 §6 and §11).
    fn default() -> Self {
        let whole = |id: &str, promise| Objective { id: id.to_owned(), scope: Scope::Whole, promise };
        Self {
            objectives: vec![
                whole("sla.p95", Promise::Quantile { q: 0.95, within: Duration::from_millis(500) }),
                whole("sla.availability", Promise::Availability(0.995)),
            ],
            window: Duration::from_mins(1),
            burn: Vec::new(),
            ingestion_lag_mean: Some(Duration::from_mins(1)),
            desync: Some(0.03),
            ingestion_declared: false,
            desync_declared: false,
            abort_if: Vec::new(),
        }
    }
}
