//! Waiting for the credits to settle: read back again and again until their number has been stable for a while
//! and every acknowledged event is among them, or until the time is up.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::event::{RunEvent, Watch};
use super::site::Site;
use crate::model::{Credit, Delivery, EventKey, EventKind, Ids, Purpose, Road};
use crate::oracle::{is_unnamed, names};
use crate::readback::ReadError;

/// First wait between two readings; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);
/// Longest wait between two readings.
const LONGEST: Duration = Duration::from_secs(1);
/// So long the number of credits has to stand still.
const STILL: Duration = Duration::from_millis(500);

/// Whose credits are waited for, and where.
pub(super) struct Settling<'a> {
    pub(super) site: &'a Site,
    pub(super) ids: &'a Ids,
    /// The kinds of events that the books hold.
    pub(super) booked: &'a [EventKind],
    pub(super) road: Road,
    /// Turns true when the run is cut short.
    pub(super) stop: watch::Receiver<bool>,
    pub(super) watch: &'a Watch,
}

/// The credits at the end.
pub(super) struct Settled {
    /// What stands in the books.
    pub(super) credits: Vec<Credit>,
    /// Whether their number stood still in the end.
    pub(super) quiet: bool,
    /// How long it took.
    pub(super) after: Duration,
}

/// Reads until this run's credits are quiet; `None` without a read-back. A signal leaves one last reading.
///
/// # Errors
/// When the last reading did not succeed.
pub(super) async fn settle(
    settling: &Settling<'_>,
    deliveries: &[Delivery],
    before: &[Credit],
) -> Result<Option<Settled>, ReadError> {
    let read_back = &settling.site.read_back;
    let mut stop = settling.stop.clone();
    let ours = Ours::of(settling, deliveries, before);
    let began = Instant::now();
    let mut wait = SHORTEST;
    let mut last: Option<(usize, Instant)> = None;
    loop {
        let read = read_back.fetch().await;
        let out_of_time = *stop.borrow() || began.elapsed() >= read_back.plan.settle;
        match read {
            Ok(None) => return Ok(None),
            Ok(Some(credits)) => {
                let (count, missing) = ours.among(&credits);
                (settling.watch)(&RunEvent::Read { credits: count, missing });
                let since = match last {
                    Some((before, since)) if before == count => since,
                    _ => Instant::now(),
                };
                last = Some((count, since));
                let quiet = since.elapsed() >= STILL.min(read_back.plan.settle);
                if out_of_time || (quiet && missing == 0) {
                    return Ok(Some(Settled { credits, quiet, after: began.elapsed() }));
                }
            }
            // A target under load may fail to answer, and a file may be half written: only the last reading has to succeed.
            Err(error) if out_of_time => return Err(error),
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stopped| *stopped) => {}
        }
        wait = (wait * 2).min(LONGEST);
    }
}

/// What of the books is this run's business; other traffic may go on as it likes.
struct Ours<'a> {
    acknowledged: HashSet<&'a str>,
    /// Acknowledged events whose postbacks carry ids that nobody told, and what it takes to find their credits.
    unnamed: HashSet<EventKey>,
    deliveries: &'a [Delivery],
    before: &'a [Credit],
    clicks: HashSet<&'a str>,
    ids: &'a Ids,
}

impl<'a> Ours<'a> {
    fn of(settling: &Settling<'a>, deliveries: &'a [Delivery], before: &'a [Credit]) -> Self {
        let Settling { booked, ids, road, .. } = *settling;
        let is_owed = |d: &Delivery| matches!(d.purpose, Purpose::Genuine | Purpose::Open(_));
        let owed = |d: &&Delivery| is_owed(d) && d.any_ok() && booked.contains(&d.sent.kind());
        let (unnamed, named): (Vec<&Delivery>, Vec<&Delivery>) =
            deliveries.iter().filter(owed).partition(|delivery| road == Road::Operator && is_unnamed(delivery, ids));
        Self {
            acknowledged: named.into_iter().map(|d| d.sent.event_id.as_str()).collect(),
            unnamed: unnamed.into_iter().map(|d| d.sent.key).collect(),
            deliveries,
            before,
            clicks: deliveries.iter().map(|d| d.sent.click_id.as_str()).collect(),
            ids,
        }
    }

    /// How many credits are this run's, and how many acknowledged events are missing.
    fn among(&self, credits: &[Credit]) -> (usize, usize) {
        let ours = |credit: &&Credit| {
            let click = credit.click_id.as_deref();
            self.ids.bears_tag(&credit.event_id) || click.is_some_and(|click| self.clicks.contains(click))
        };
        let there: HashSet<&str> = credits.iter().map(|credit| credit.event_id.as_str()).collect();
        let mut missing = self.acknowledged.iter().filter(|id| !there.contains(*id)).count();
        if !self.unnamed.is_empty() {
            let found = names(self.deliveries, self.ids, self.before, credits);
            missing += self.unnamed.iter().filter(|key| !found.contains_key(key)).count();
        }
        (credits.iter().filter(ours).count(), missing)
    }
}
