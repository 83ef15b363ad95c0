//! The verdict of a load: every promise of its SLA against what was counted, second by second. A promise passes only where
//! the exact bound clears it, fails only where the bound breaks it, and is inconclusive in between, with what is missing.
//! Counting is left to the engine; what became of each event is judged by the rest of the oracle.

mod books;
mod burning;
mod objectives;
mod windows;
mod wording;

use std::time::Duration;

use crate::model::{Check, Verdict};
use crate::scenario::SlaPlan;
use crate::stats::Count;

/// What was seen of a target under load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Observed<'a> {
    /// For each objective of the plan, in its order: the counts of each second of the run, from its start. Bad is what is
    /// slower than promised, or not answered as it should be.
    pub objectives: &'a [Vec<Count>],
    /// Availability over the whole run, each second, for burn rates.
    pub availability: &'a [Count],
    /// Why latencies cannot be believed, and which bound to raise. Promises on latency are then inconclusive.
    pub distrust: Option<&'a str>,
    /// The canaries; `None` where books cannot be read.
    pub ingestion: Option<Ingestion<'a>>,
    /// Acknowledged and booked events; `None` where books cannot be read.
    pub desync: Option<Desync>,
    /// Which rule ended the load early, and when, in words.
    pub aborted: Option<&'a str>,
}

/// How long acknowledged events take into the books.
#[derive(Clone, Copy, Debug)]
pub struct Ingestion<'a> {
    /// Delays from the acknowledgement to the first look into the books that found the event.
    pub delays: &'a [Duration],
    /// How long each canary was waited for that never appeared.
    pub unseen: &'a [Duration],
    /// Time between two looks.
    pub poll: Duration,
}

/// Acknowledged events against the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desync {
    /// Genuine events that were answered `ok`.
    pub acknowledged: u64,
    /// Those of the run that are booked.
    pub booked: u64,
}

/// One check for each promise, for the windows of each promise on the whole run, for each burn-rate rule, for the delay and the
/// desynchronisation of the books, and for rules that end a load early.
pub fn sla_checks(plan: &SlaPlan, observed: &Observed<'_>) -> Vec<Check> {
    let mut checks = objectives::checks(plan, observed);
    checks.extend(windows::checks(plan, observed));
    checks.extend(burning::checks(plan, observed));
    checks.extend(books::ingestion(plan, observed.ingestion));
    checks.extend(books::desync(plan, observed.desync));
    checks.extend(aborted(plan, observed.aborted));
    checks
}

fn aborted(plan: &SlaPlan, aborted: Option<&str>) -> Option<Check> {
    if plan.abort_if.is_empty() {
        return None;
    }
    let rules: Vec<&str> = plan.abort_if.iter().map(|rule| rule.text.as_str()).collect();
    let expected = format!("nothing ends the load early: {}", rules.join("; "));
    Some(match aborted {
        Some(rule) => Check::new("sla.abort-if", Verdict::Fail, expected, rule),
        None => Check::new("sla.abort-if", Verdict::Pass, expected, "nothing did"),
    })
}

#[cfg(test)]
mod tests;
