//! The table `[sla]` as it is typed. Judged by `scenario::sla`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the target promises under load. "none" takes a default out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSla {
    /// Half of the answers come within that time, such as "100ms".
    pub p50: Option<String>,
    /// 90 % of the answers come within that time.
    pub p90: Option<String>,
    /// 95 % of the answers come within that time; "500ms" by default.
    pub p95: Option<String>,
    /// 99 % of the answers come within that time.
    pub p99: Option<String>,
    /// 99.9 % of the answers come within that time.
    pub p999: Option<String>,
    /// Share of attempts that are answered as they should be; "99.5%" by default.
    pub availability: Option<String>,
    /// Mean delay from the acknowledgement to the books; "60s" by default.
    pub ingestion_lag_mean: Option<String>,
    /// Share by which acknowledged and booked events may differ; "3%" by default.
    pub desync: Option<String>,
    /// Sliding windows in which each promise has to hold too; "60s" by default.
    pub window: Option<String>,
    /// Burn-rate rules on availability, such as `[{ long = "1h", short = "5m", factor = 14.4 }]`.
    pub burn: Option<Vec<RawBurn>>,
    /// What ends the load early, such as `["availability < 90% for 10s", "p95 > 2s for 30s"]`.
    pub abort_if: Option<Vec<String>>,
    /// Promises on single stages, by name.
    pub stages: BTreeMap<String, RawPromises>,
    /// Promises on kinds of events, by name.
    pub events: BTreeMap<String, RawPromises>,
}

/// Promises on a part of the load.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPromises {
    /// Half of the answers come within that time.
    pub p50: Option<String>,
    /// 90 % of the answers come within that time.
    pub p90: Option<String>,
    /// 95 % of the answers come within that time.
    pub p95: Option<String>,
    /// 99 % of the answers come within that time.
    pub p99: Option<String>,
    /// 99.9 % of the answers come within that time.
    pub p999: Option<String>,
    /// Share of attempts that are answered as they should be.
    pub availability: Option<String>,
}

/// A burn-rate rule: it is broken when both windows burn the budget of errors faster than allowed.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBurn {
    /// The long window, such as "1h".
    pub long: String,
    /// The short window, such as "5m".
    pub short: String,
    /// How many times faster than the budget allows, such as 14.4.
    pub factor: f64,
}
