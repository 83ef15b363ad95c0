//! How postbacks are sent and tried again.

use std::time::Duration;

use super::Problem;
use super::quantity::{count, duration};
use super::raw::RawSend;

/// How postbacks are sent.
#[derive(Clone, Debug)]
pub struct SendPlan {
    /// Journeys under way at once, 1 to 1024.
    pub in_flight: usize,
    /// Attempts for one postback, the first included, 1 to 100.
    pub attempts: u32,
    /// The waits between them.
    pub backoff: Backoff,
}

/// The waits between attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// Exponential with full jitter: a wait between zero and min(cap, base · 2ⁿ).
    Exponential {
        /// Upper end of the first wait.
        base: Duration,
        /// Longest wait.
        cap: Duration,
    },
    /// Fixed waits.
    Schedule(Vec<Duration>),
}

pub(super) fn send(raw: &RawSend) -> Result<SendPlan, Problem> {
    let in_flight = count("send.in_flight", raw.in_flight, 32, 1..=1024)?;
    let (attempts, backoff) = match &raw.schedule {
        Some(waits) => scheduled(raw, waits)?,
        None => exponential(raw)?,
    };
    Ok(SendPlan {
        in_flight: usize::try_from(in_flight).unwrap_or(1024),
        attempts: u32::try_from(attempts).unwrap_or(100),
        backoff,
    })
}

fn scheduled(raw: &RawSend, waits: &[String]) -> Result<(u64, Backoff), Problem> {
    if raw.backoff_base.is_some() || raw.backoff_cap.is_some() || raw.attempts.is_some() {
        let help = "keep the fixed schedule or the exponential backoff";
        return Err(Problem::new("send.schedule", "stands beside attempts or backoff", help));
    }
    let wait = |text: &String| duration("send.schedule", Some(text), Duration::ZERO);
    let waits = waits.iter().map(wait).collect::<Result<Vec<_>, _>>()?;
    Ok((count("send.schedule", Some(waits.len() as u64 + 1), 1, 1..=100)?, Backoff::Schedule(waits)))
}

fn exponential(raw: &RawSend) -> Result<(u64, Backoff), Problem> {
    let base = duration("send.backoff_base", raw.backoff_base.as_deref(), Duration::from_millis(100))?;
    let cap = duration("send.backoff_cap", raw.backoff_cap.as_deref(), Duration::from_secs(5))?;
    if cap < base {
        let help = "make it at least as long as `backoff_base`";
        return Err(Problem::new("send.backoff_cap", "is shorter than the first wait", help));
    }
    Ok((count("send.attempts", raw.attempts, 12, 1..=100)?, Backoff::Exponential { base, cap }))
}
