//! What a report says of a load: latencies, availability, rates, and what became of the slots of its plan.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::stats::{Count, Latency, upper_bound};

/// How long answers took.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LatencyBlock {
    /// Genuine postbacks from their scheduled instant to the end of the answer.
    pub response: LatencyFigures,
    /// The same from sending.
    pub service: LatencyFigures,
    /// The engine's own lateness: from the scheduled instant to sending, where a connection was free.
    pub dispatch_lag: LatencyFigures,
    /// Connecting, without TLS.
    pub connect: LatencyFigures,
    /// TLS handshakes, where there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<LatencyFigures>,
    /// Response times by stage.
    pub stages: Vec<NamedLatency>,
    /// Response times by kind of event.
    pub events: Vec<NamedLatency>,
}

/// Quantiles of a histogram, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LatencyFigures {
    /// How many there are.
    pub count: u64,
    /// Median.
    pub p50_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// How many were longer than 60 s, which is told as 60 s.
    pub clamped: u64,
}

/// Latencies of one part of a load.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NamedLatency {
    /// The stage's or the event's name.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: LatencyFigures,
}

/// How many attempts were answered as they should be: genuine ones taken, forged ones refused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AvailabilityBlock {
    /// So many were.
    pub ok: u64,
    /// Of so many, less those that postproof cut short itself.
    pub total: u64,
    /// Their share.
    pub ratio: f64,
    /// The share that it is at least, with 95 % confidence (Clopper–Pearson).
    pub lower_95: f64,
}

/// How many postbacks were sent, and what became of the plan's slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct RateBlock {
    /// Postbacks a second that were planned, over all stages.
    pub planned_per_s: f64,
    /// Complete answers a second that were received before the last stage ended.
    pub achieved_per_s: f64,
    /// Slots of the plan, which are postbacks that were to be sent.
    pub slots: u64,
    /// Of those, sent.
    pub sent: u64,
    /// Of those sent, later than the bound on the engine's own lateness allows.
    pub late: u64,
    /// Of those sent, held up because no connection was free.
    pub waited: u64,
    /// Slots that came and went unsent, or lay beyond an early end.
    pub unsent: u64,
    /// Attempts after the last stage: what was still to be tried again.
    pub after: u64,
}

impl LatencyFigures {
    /// The figures of a histogram.
    pub fn of(latency: &Latency) -> Self {
        let quantile = |q| millis(latency.quantile(q));
        Self {
            count: latency.count(),
            p50_ms: quantile(0.5),
            p95_ms: quantile(0.95),
            p99_ms: quantile(0.99),
            max_ms: millis(latency.max()),
            clamped: latency.clamped(),
        }
    }
}

impl AvailabilityBlock {
    /// The figures of a count of attempts that were not answered as they should be.
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    pub fn of(count: Count) -> Self {
        let ok = count.total - count.bad;
        let ratio = if count.total == 0 { 0.0 } else { ok as f64 / count.total as f64 };
        Self { ok, total: count.total, ratio, lower_95: 1.0 - upper_bound(count, 0.05) }
    }
}

fn millis(latency: Duration) -> f64 {
    // Microseconds are all that a histogram tells.
    let micros = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX);
    f64::from(micros) / 1000.0
}
