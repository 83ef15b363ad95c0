//! The plan of a load: how many postbacks arrive when, over which connections, and what they are.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::EventKind;

mod keys;
mod stages;

pub(super) use keys::load;

/// How a target is put under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPlan {
    /// Who decides when the next postback leaves.
    pub model: LoadModel,
    /// Sending threads, each with its own runtime, 1 to 256.
    pub threads: usize,
    /// Connections of all threads together, 1 to 65,000.
    pub connections: usize,
    /// Requests of all threads under way at once, at least one for each connection. Over HTTP/1.1 a connection carries one.
    pub in_flight: usize,
    /// What happens, one after the other; at least one.
    pub stages: Vec<Stage>,
    /// How arrivals are spread.
    pub arrivals: Arrivals,
    /// What arrives.
    pub traffic: Traffic,
    /// Whether the faults of the scenario are done to deliveries.
    pub faults: bool,
    /// The version of HTTP that is spoken.
    pub http: HttpVersion,
    /// Whether a connection is used again.
    pub keep_alive: bool,
    /// Where the target listens, where that is no address.
    pub unix_socket: Option<PathBuf>,
    /// Largest 99th percentile of the engine's own lateness at which its latencies are believed.
    pub lag_bound: Duration,
    /// Acknowledged events whose appearance in the books is watched.
    pub canaries: u64,
    /// Median of the pauses that a player of the closed model makes before each step; the longest is ten times as long.
    pub think: Duration,
    /// Clicks that are made before the load, where there is a click URL; journeys beyond them share.
    pub clicks: u64,
}

/// Who decides when the next postback leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadModel {
    /// The plan: postbacks arrive whether or not the target keeps up.
    Open,
    /// The players: each goes on when it was answered, after thinking.
    Closed,
}

/// A stretch of the load. Open: postbacks a second; closed: players at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// What reports call it; unique.
    pub name: String,
    /// How long it lasts, longer than zero.
    pub lasts: Duration,
    /// The rate, or the players, at its beginning.
    pub from: f64,
    /// The same at its end; between them it changes evenly.
    pub to: f64,
}

/// How arrivals are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrivals {
    /// Evenly.
    Uniform,
    /// As independent senders come: the waits between them are exponential.
    Poisson,
}

/// What arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Traffic {
    /// The events of whole journeys, in the order in which they happen.
    Journeys,
    /// One kind of event, each of a journey of its own.
    Only(EventKind),
}

/// The version of HTTP that is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HttpVersion {
    /// HTTP/1.1.
    One,
    /// HTTP/2; without TLS by prior knowledge.
    Two,
}

impl LoadPlan {
    /// The rate, or the number of players, so long after the beginning; zero after the end.
    pub fn rate_at(&self, elapsed: Duration) -> f64 {
        let mut begins = Duration::ZERO;
        for stage in &self.stages {
            if elapsed < begins + stage.lasts {
                let gone = elapsed.saturating_sub(begins).as_secs_f64() / stage.lasts.as_secs_f64();
                return stage.from + (stage.to - stage.from) * gone;
            }
            begins += stage.lasts;
        }
        0.0
    }

    /// The number of the stage, from 0, so long after the beginning; the last one's after the end.
    pub fn stage_at(&self, elapsed: Duration) -> usize {
        let ends = self.stages.iter().scan(Duration::ZERO, |end, stage| {
            *end += stage.lasts;
            Some(*end)
        });
        ends.take_while(|end| *end <= elapsed).count().min(self.stages.len().saturating_sub(1))
    }

    /// How long all stages last together.
    pub fn lasts(&self) -> Duration {
        self.stages.iter().map(|stage| stage.lasts).sum()
    }
}

impl Default for LoadPlan {
    fn default() -> Self {
        Self {
            model: LoadModel::Open,
            threads: 1,
            connections: 50,
            in_flight: 50,
            stages: vec![Stage { name: "1".to_owned(), lasts: Duration::from_secs(30), from: 200.0, to: 200.0 }],
            arrivals: Arrivals::Uniform,
            traffic: Traffic::Journeys,
            faults: true,
            http: HttpVersion::One,
            keep_alive: true,
            unix_socket: None,
            lag_bound: Duration::from_millis(10),
            canaries: 200,
            think: Duration::from_secs(1),
            clicks: 10_000,
        }
    }
}
