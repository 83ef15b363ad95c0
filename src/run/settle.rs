//! Waiting for the credits to settle: read back again and again until their number has been stable for a while
//! and every acknowledged event is among them, or until the time is up.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use super::event::{RunEvent, Watch};
use crate::model::{Credit, Delivery, EventKind, Purpose};
use crate::readback::{ReadBack, ReadError};

/// First wait between two readings; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);
/// Longest wait between two readings.
const LONGEST: Duration = Duration::from_secs(1);
/// So long the number of credits has to stand still.
const STILL: Duration = Duration::from_millis(500);

/// The credits at the end.
pub(super) struct Settled {
    /// What stands in the books.
    pub(super) credits: Vec<Credit>,
    /// Whether their number stood still in the end.
    pub(super) quiet: bool,
    /// How long it took.
    pub(super) after: Duration,
}

/// Reads until the books are quiet; `None` without a read-back.
///
/// # Errors
/// When the last reading did not succeed.
pub(super) async fn settle(
    read_back: &ReadBack,
    deliveries: &[Delivery],
    booked: &[EventKind],
    watch: &Watch,
) -> Result<Option<Settled>, ReadError> {
    let acknowledged: HashSet<&str> = deliveries
        .iter()
        .filter(|d| d.purpose == Purpose::Genuine && d.any_ok() && booked.contains(&d.sent.kind()))
        .map(|d| d.sent.event_id.as_str())
        .collect();
    let began = Instant::now();
    let mut wait = SHORTEST;
    let mut last: Option<(usize, Instant)> = None;
    loop {
        let read = read_back.fetch().await;
        let out_of_time = began.elapsed() >= read_back.plan.settle;
        let credits = match read {
            Ok(None) => return Ok(None),
            Ok(Some(credits)) => credits,
            // A target under load may fail to answer for a moment; only the last reading has to succeed.
            Err(ReadError::Unreachable { .. } | ReadError::Status { .. }) if !out_of_time => {
                tokio::time::sleep(wait).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let missing = missing(&acknowledged, &credits);
        watch(&RunEvent::Read { credits: credits.len(), missing });
        let since = match last {
            Some((count, since)) if count == credits.len() => since,
            _ => Instant::now(),
        };
        last = Some((credits.len(), since));
        let quiet = since.elapsed() >= STILL.min(read_back.plan.settle);
        if out_of_time || (quiet && missing == 0) {
            return Ok(Some(Settled { credits, quiet, after: began.elapsed() }));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}

fn missing(acknowledged: &HashSet<&str>, credits: &[Credit]) -> usize {
    let there: HashSet<&str> = credits.iter().map(|credit| credit.event_id.as_str()).collect();
    acknowledged.iter().filter(|id| !there.contains(*id)).count()
}
