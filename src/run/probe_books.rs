//! Shrinking what only the books show: at each step they are read until they stand still, and the step counts when the same
//! is wrong in them. The suite itself waits for the books once; this is done only where a probe was booked wrongly.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Phase;
use super::event::RunEvent;
use super::judgement::{Docket, gather};
use super::probing::{Fired, Sign, Turn};
use super::settle::{Settled, Settling, settle};
use super::suite::Suite;
use crate::model::{Amount, Credit, Delivery, Verdict};
use crate::oracle::{self, Books, Evidence, Standing};
use crate::readback::ReadError;

/// Failures that are shrunk; more are counted.
pub(super) const SHRUNK: usize = 3;

/// Steps that shrinking one failure may take; each reads the books.
pub(super) const STEPS: usize = 24;

/// How long shrinking one failure may take, but for its last step.
pub(super) const WITHIN: Duration = Duration::from_secs(30);

/// What is wrong with a probe in the books, and not in its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wrong {
    word: &'static str,
    fields: Vec<&'static str>,
}

/// The books, ready to be read again.
pub(super) struct Reader<'a> {
    settling: &'a Settling<'a>,
    /// What stood in them before the suite.
    before: &'a [Credit],
    ftd_minimum: Amount,
    /// So long they took to settle after the suite: until then nothing is missing for certain.
    patience: Duration,
}

impl Wrong {
    /// What the books alone show; nothing where they are right, or the answer has told it already.
    pub(super) fn of(fired: &Fired, standing: &Standing) -> Option<Self> {
        let told_already = matches!(standing, Standing::Accepted | Standing::Refused) || fired.breach().is_some();
        if standing.verdict() != Verdict::Fail || told_already {
            return None;
        }
        let fields = match standing {
            Standing::Corrupt(wrong) => wrong.iter().map(|mismatch| mismatch.field).collect(),
            _ => Vec::new(),
        };
        Some(Self { word: standing.word(), fields })
    }
}

impl Reader<'_> {
    /// Whether the same is wrong in the books with another probe.
    pub(super) async fn shows(&self, fired: &Fired, wrong: &Wrong) -> bool {
        let began = Instant::now();
        loop {
            let standing = self.standing(fired).await;
            let found = standing.as_ref().and_then(|standing| Wrong::of(fired, standing));
            if found.as_ref() == Some(wrong) {
                return true;
            }
            // What is booked as it should be can only come twice.
            let is_right = standing == Some(Standing::Ok) && wrong.word != Standing::Double.word();
            if is_right || began.elapsed() >= self.patience || *self.settling.stop.borrow() {
                return false;
            }
        }
    }

    /// What the books make of a probe, which is the last of its deliveries; `None` where they cannot be read.
    async fn standing(&self, fired: &Fired) -> Option<Standing> {
        let mut deliveries = Vec::new();
        gather(&mut deliveries, &fired.aimed.plan, &fired.heard, &[]);
        let Settled { credits, quiet, .. } = settle(self.settling, &deliveries, self.before).await.ok()??;
        let own: HashSet<&str> = deliveries.iter().map(|delivery| delivery.sent.event_id.as_str()).collect();
        // Of other traffic nothing has to be weighed anew at each step.
        let ours =
            |credit: &Credit| own.contains(credit.event_id.as_str()) || self.settling.ids.bears_tag(&credit.event_id);
        let books = Books {
            before: self.before.iter().filter(|credit| ours(credit)).cloned().collect(),
            after: credits.into_iter().filter(ours).collect(),
            unsettled: !quiet,
        };
        let proof = oracle::prove(&self.evidence(&deliveries, &books));
        Some(proof.rows.last()?.standing.clone())
    }

    fn evidence<'e>(&'e self, deliveries: &'e [Delivery], books: &'e Books) -> Evidence<'e> {
        let Settling { ids, booked, road, .. } = *self.settling;
        Evidence { deliveries, books: Some(books), ids, ftd_minimum: self.ftd_minimum, booked, road }
    }
}

impl Suite {
    /// The books when everything has been sent. What they show of probes beside the answers is shrunk first, and then they
    /// are read once more.
    ///
    /// # Errors
    /// When the last reading did not succeed.
    pub(super) async fn last_reading(
        self: &Arc<Self>,
        seed: u64,
        docket: &mut Docket,
        settling: &Settling<'_>,
        before: Option<&[Credit]>,
    ) -> Result<Option<Settled>, ReadError> {
        let read = settle(settling, &docket.deliveries, before.unwrap_or_default()).await?;
        let (Some(before), Some(settled)) = (before, &read) else { return Ok(read) };
        let reader = Reader { settling, before, ftd_minimum: self.terms.ftd_minimum, patience: settled.after };
        if !self.shrink_by_books(seed, docket, &reader, settled).await {
            return Ok(read);
        }
        settle(settling, &docket.deliveries, before).await
    }

    /// Shrinks the least failure of each kind that only the books show; tells whether anything was sent for it.
    async fn shrink_by_books(
        self: &Arc<Self>,
        seed: u64,
        docket: &mut Docket,
        reader: &Reader<'_>,
        settled: &Settled,
    ) -> bool {
        // Books that still change show nothing for certain.
        if docket.probed().probes == 0 || !settled.quiet {
            return false;
        }
        let chosen = {
            let books =
                Books { before: reader.before.to_vec(), after: settled.credits.clone(), unsettled: !settled.quiet };
            let proof = oracle::prove(&reader.evidence(&docket.deliveries, &books));
            least_of_each_kind(docket, &docket.probe_standings(&proof))
        };
        if chosen.is_empty() {
            return false;
        }
        (self.watch)(&RunEvent::Began(Phase::Shrinking, Some((chosen.len() * STEPS) as u64)));
        let mut sent = false;
        for (place, wrong) in chosen {
            let Some((failed, probe)) = docket.probed().at(place) else { continue };
            let sign = Sign::Books { reader, wrong: &wrong, until: Instant::now() + WITHIN };
            let (tried, best) = self.shrink(failed, sign, Turn { seed, probe, attempt: 0 }).await;
            sent |= !tried.is_empty();
            docket.add_shrunk(place, tried, best);
        }
        sent
    }
}

/// The places of the smallest probes of each kind of failure, smallest first, at most [`SHRUNK`].
fn least_of_each_kind(docket: &Docket, standings: &[&Standing]) -> Vec<(usize, Wrong)> {
    let probed = docket.probed();
    let sent = probed.fired.iter().take(probed.probes).zip(standings).enumerate();
    let mut wrong: Vec<(usize, &Fired, Wrong)> =
        sent.filter_map(|(place, (fired, standing))| Some((place, fired, Wrong::of(fired, standing)?))).collect();
    wrong.sort_by_key(|(place, fired, _)| (fired.recipe.mutations.len(), fired.aimed.body.len(), *place));
    let mut kinds = HashSet::new();
    wrong.retain(|(_, fired, wrong)| kinds.insert((wrong.clone(), fired.aimed.why)));
    wrong.into_iter().map(|(place, _, wrong)| (place, wrong)).take(SHRUNK).collect()
}
