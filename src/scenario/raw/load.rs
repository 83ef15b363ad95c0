//! The table `[load]` as it is typed. Judged by `scenario::load`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How `postproof load` puts the target under load.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawLoad {
    /// Who decides when the next postback leaves: "open" (the plan, whether or not the target keeps up; the default) or
    /// "closed" (virtual players, who go on when they were answered).
    pub model: Option<String>,
    /// Sending threads, each with its own connections; 1 by default.
    pub threads: Option<u64>,
    /// Connections of all threads together; 50 by default.
    pub connections: Option<u64>,
    /// Requests under way at once: over HTTP/1.1 one for each connection, over HTTP/2 up to 32 for each by default.
    pub in_flight: Option<u64>,
    /// What happens, one after the other, such as `[{ for = "30s", rate = 500 }, { for = "1m", to = 2000 }]`.
    pub stages: Option<Vec<RawStage>>,
    /// How arrivals are spread: "uniform" (the default) or "poisson".
    pub arrivals: Option<String>,
    /// What arrives: "journeys" (the default), or one kind of event by its name, such as "registration".
    pub traffic: Option<String>,
    /// Whether the faults of the scenario are done to deliveries: "run" (the default) or "none".
    pub faults: Option<String>,
    /// The version of HTTP: "1.1" (the default) or "2".
    pub http: Option<String>,
    /// Whether a connection is used again; true by default.
    pub keep_alive: Option<bool>,
    /// Unix socket on which the target listens, where that is no address.
    pub unix_socket: Option<String>,
    /// Largest p99 of postproof's own lateness at which its latencies are believed, such as "10ms".
    pub lag_bound: Option<String>,
    /// Acknowledged events whose way into the books is timed, 100 or more; 0 for none.
    pub canaries: Option<u64>,
    /// Median of the pauses that a player makes before each step, such as "1s", the default; none is longer than ten times that.
    pub think: Option<String>,
    /// Clicks that are made before the load, where there is a click URL; further journeys share them.
    pub clicks: Option<u64>,
}

/// A stage of the load. Open: `rate`, or `to` for a ramp; closed: `users`, or `to_users`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStage {
    /// What reports call it; its number from 1 by default.
    pub name: Option<String>,
    /// How long it lasts, such as "30s".
    #[serde(rename = "for")]
    pub lasts: String,
    /// Postbacks a second, all the while.
    pub rate: Option<f64>,
    /// Postbacks a second at its end; it begins where the stage before ended, the first at 0.
    pub to: Option<f64>,
    /// Players at once, all the while.
    pub users: Option<u64>,
    /// Players at its end; it begins where the stage before ended, the first at 0.
    pub to_users: Option<u64>,
}
