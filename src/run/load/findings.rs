//! From what a load came to to its report: whether the engine kept its own schedule, the SLA's checks, those on every event,
//! and the figures.

use std::time::Duration;

use super::books::{Judged, Stillness};
use super::distrust::{distrust, schedule};
use super::faults::{exercised, faults};
use super::latencies::latencies;
use crate::load::{Findings as Left, Slots};
use crate::model::{Check, Road, Verdict};
use crate::oracle::{Desync, Ingestion, Observed, bulk_checks, bulk_fault_checks, sla_checks};
use crate::report::{AvailabilityBlock, FaultBlock, LedgerBlock, RateBlock, RunReport};
use crate::run::summary::{Setting, settled_note, unfit_check};
use crate::scenario::{LoadModel, Scenario};

/// What a load came to, be it of one process or merged.
pub(in crate::run) struct Findings<'a> {
    pub(in crate::run) scenario: &'a Scenario,
    /// What it left in its folder.
    pub(in crate::run) left: &'a Left,
    pub(in crate::run) books: Judged,
}

impl Findings<'_> {
    /// The report.
    pub(in crate::run) fn report(self, setting: &Setting<'_>) -> RunReport {
        let distrust = distrust(&self.left.record, self.left.latency("lag").quantile(0.99), &self.scenario.load);
        let Self { left, books, .. } = &self;
        let mut checks = vec![self.complete()];
        checks.extend(self.is_open().then(|| schedule(distrust.as_deref())));
        checks.extend(self.promises(distrust.as_deref()));
        checks.extend(self.reading());
        checks.extend(redirects(self.ended("redirected")));
        let unsettled = matches!(books.read, Some(Ok(Stillness::Changing) | Err(_)));
        checks.extend(bulk_checks(&books.proof, books.read.is_some(), unsettled));
        let (rates, unfit) = faults(self.scenario, setting.site);
        checks.extend(exercised(&books.proof.exercises));
        checks.extend(bulk_fault_checks(&rates, &books.proof.exercises));
        checks.extend(unfit.iter().map(unfit_check));
        let mut report = setting.assemble(checks);
        report.faults = FaultBlock::all(&books.proof.exercises, &report.checks);
        report.interrupted = left.record.interrupted;
        report.ledger = Some(LedgerBlock::of_bulk(&books.proof));
        report.latency = Some(latencies(left, &self.scenario.load));
        report.availability = Some(AvailabilityBlock::of(left.record.availability.iter().sum()));
        report.rate = self.is_open().then(|| self.rate());
        report.notes.extend(self.notes());
        report
    }

    /// Whether there is a schedule to be kept; players have none.
    fn is_open(&self) -> bool {
        self.scenario.load.model == LoadModel::Open
    }

    fn complete(&self) -> Check {
        let record = &self.left.record;
        let planned = Slots::planned(&self.scenario.load);
        let nobody = !self.is_open() && record.journeys == 0;
        let verdict = if nobody || record.interrupted || !record.gaps.is_empty() || !self.books.gaps.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::Pass
        };
        let mut observed = if self.is_open() {
            format!("{} of {planned:.0} slots were sent", record.slots.sent)
        } else {
            format!("{} journeys were begun", record.journeys)
        };
        for gap in record.gaps.iter().chain(&self.books.gaps) {
            observed.extend(["; ", gap.as_str()]);
        }
        if record.interrupted {
            observed.push_str("; the run was interrupted");
        }
        Check::new("load.complete", verdict, "every stage is played, and every attempt stands in the ledger", observed)
    }

    fn promises(&self, distrust: Option<&str>) -> Vec<Check> {
        let record = &self.left.record;
        let sla = &self.scenario.sla;
        let millis = |millis: &u64| Duration::from_millis(*millis);
        let delays: Vec<Duration> = record.canaries.delays_ms.iter().map(millis).collect();
        let unseen: Vec<Duration> = record.canaries.missing_ms.iter().map(millis).collect();
        let poll = Duration::from_millis(record.canaries.poll_ms);
        let ingestion = self.books.read.is_some().then_some(Ingestion { delays: &delays, unseen: &unseen, poll });
        let proof = &self.books.proof;
        let desync = matches!(self.books.read, Some(Ok(_)))
            .then_some(Desync { acknowledged: proof.acknowledged, booked: proof.booked });
        let observed = Observed {
            objectives: &record.by_objective(),
            availability: &record.availability,
            distrust,
            ingestion,
            desync,
            aborted: record.aborted.first().map(String::as_str),
        };
        sla_checks(sla, &observed)
    }

    fn reading(&self) -> Option<Check> {
        let expected = "the books can be read, and stand still in the end";
        Some(match self.books.read.as_ref()? {
            Err(error) => Check::new("read-back.readable", Verdict::Inconclusive, expected, error.as_str()),
            Ok(Stillness::Still) => {
                let observed = format!("{} credits of this run", self.books.proof.booked);
                Check::new("read-back.quiet", Verdict::Pass, expected, observed)
            }
            Ok(Stillness::Changing) => Check::new(
                "read-back.quiet",
                Verdict::Inconclusive,
                expected,
                "they were still changing when the time was up: raise [read_back] settle",
            ),
        })
    }

    fn rate(&self) -> RateBlock {
        let slots = &self.left.record.slots;
        let plan = &self.scenario.load;
        let seconds = plan.lasts().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let achieved = self.left.record.in_plan as f64 / seconds;
        RateBlock {
            planned_per_s: Slots::planned(plan) / seconds,
            achieved_per_s: achieved,
            slots: slots.planned,
            sent: slots.sent,
            late: slots.late,
            waited: slots.waited,
            unsent: slots.unsent,
            after: slots.after,
        }
    }

    fn notes(&self) -> Vec<String> {
        let record = &self.left.record;
        let all: Vec<String> = record.ends.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let mut notes = vec![format!("attempts by their ends: {} ({} of them forged)", all.join(", "), record.forged)];
        if self.scenario.road == Road::Operator {
            notes.push(
                "players went by the operator, whose answers stand for its events; what its sender fired was not told"
                    .to_owned(),
            );
        } else if record.clicks.is_empty() {
            notes.push("no click URL: click ids are derived, and attribution was not exercised".to_owned());
        } else {
            notes.push("clicks were made before the load, and its journeys take them in turn".to_owned());
        }
        if record.given_up > 0 {
            notes.push(format!("{} events were given up after all their attempts", record.given_up));
        }
        notes.extend(record.notes.iter().cloned());
        notes.extend(settled_note(Some(self.books.settled_after)));
        notes
    }

    /// Attempts that ended so.
    fn ended(&self, word: &str) -> u64 {
        self.left.record.ends.get(word).copied().unwrap_or(0)
    }
}

fn redirects(count: u64) -> Option<Check> {
    let expected = "the postback endpoint never redirects (seed 003 §5)";
    (count > 0)
        .then(|| Check::new("http.no-redirect", Verdict::Fail, expected, format!("{count} attempts were redirected")))
}
