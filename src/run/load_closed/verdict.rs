//! What a closed load says of the SLA: the checks on its promises, and the figures, added to the report on its events.
//! Players have no schedule, so a response takes as long as its service, and there is no planned rate to be kept.

use std::time::Duration;

use super::Turnout;
use crate::load::Findings as Left;
use crate::model::{Check, Purpose, Road, Verdict};
use crate::oracle::{Desync, Ingestion, Observed, sla_checks};
use crate::report::{AvailabilityBlock, LedgerBlock, RunReport};
use crate::run::load::canaries::Sightings;
use crate::run::load::latencies::latencies;
use crate::run::summary::Findings;
use crate::scenario::Scenario;

/// What is judged, besides the events.
pub(super) struct Verdicts<'a> {
    pub(super) scenario: &'a Scenario,
    /// What it left in its folder.
    pub(super) left: &'a Left,
    pub(super) turnout: Turnout,
    /// From the first player to the last.
    pub(super) took: Duration,
    /// The canaries, where their way into the books could be watched.
    pub(super) sightings: Option<&'a Sightings>,
}

impl Verdicts<'_> {
    /// Adds checks, figures and notes to the report on the events; `repeated` is the command that shows it all again.
    pub(super) fn add_to(&self, report: &mut RunReport, findings: &Findings, repeated: &str) {
        let mut checks = vec![self.played(report.interrupted)];
        checks.extend(self.promises(desync(report.ledger.as_ref(), findings)));
        for check in &mut checks {
            if matches!(check.verdict, Verdict::Fail | Verdict::Inconclusive) && check.repro.is_empty() {
                check.repro.push(repeated.to_owned());
            }
        }
        report.checks.extend(checks);
        report.verdict = Verdict::of_all(report.checks.iter().map(|check| check.verdict));
        report.latency = Some(latencies(self.left, &self.scenario.load));
        report.availability = Some(AvailabilityBlock::of(self.left.record.availability.iter().sum()));
        report.notes.push(self.pace(self.left.record.in_plan));
    }

    /// Whether the players had what the plan gave them.
    fn played(&self, interrupted: bool) -> Check {
        let Turnout { begun, finished, left, most } = self.turnout;
        let planned = self.scenario.load.lasts();
        let whole = !interrupted && self.took >= planned && begun > 0;
        let (took, planned) = (self.took.as_secs_f64(), planned.as_secs_f64());
        let early = if whole { String::new() } else { format!("; it ended after {took:.1} s of {planned:.1} s") };
        let observed = format!(
            "{begun} journeys, {finished} played to their end and {left} left when their players were to go; at most {most} \
             players at once{early}"
        );
        let verdict = if whole { Verdict::Pass } else { Verdict::Inconclusive };
        Check::new("load.complete", verdict, "every stage is played", observed)
    }

    fn promises(&self, desync: Option<Desync>) -> Vec<Check> {
        let ingestion =
            self.sightings.map(|Sightings { delays, unseen, poll }| Ingestion { delays, unseen, poll: *poll });
        let observed = Observed {
            objectives: &self.left.record.by_objective(),
            availability: &self.left.record.availability,
            ingestion,
            desync,
            ..Observed::default()
        };
        let mut checks = sla_checks(&self.scenario.sla, &observed);
        if self.scenario.road == Road::Operator {
            // The books are there; it is the acknowledgement that nobody tells us of.
            let why = "the operator's own sender is acknowledged out of our sight: a load without an operator times it";
            checks
                .iter_mut()
                .filter(|check| check.id == "sla.ingestion-lag")
                .for_each(|check| why.clone_into(&mut check.observed));
        }
        checks
    }

    /// What a reader has to know of a closed model's figures.
    fn pace(&self, in_plan: u64) -> String {
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let rate = in_plan as f64 / self.scenario.load.lasts().as_secs_f64();
        let what = if self.scenario.road == Road::Operator { "steps at the operator" } else { "postbacks" };
        format!(
            "the closed model: players wait for their answers and think for {:?} in the median, so a response is its service \
             time, and a slow target is asked less; {rate:.1} {what} a second were answered",
            self.scenario.load.think
        )
    }
}

/// Acknowledged events beside booked ones; `None` where the books could not be read.
fn desync(ledger: Option<&LedgerBlock>, findings: &Findings) -> Option<Desync> {
    let ledger = ledger.filter(|_| findings.books.is_some())?;
    let acknowledged =
        findings.deliveries.iter().filter(|d| d.purpose == Purpose::Genuine && d.any_ok()).count() as u64;
    let booked = ledger.ok + ledger.corrupt + ledger.double + ledger.recovered + ledger.contradicted;
    Some(Desync { acknowledged, booked })
}
