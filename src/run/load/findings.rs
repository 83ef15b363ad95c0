//! From what a load came to to its report: whether the engine kept its own schedule, the SLA's checks, those on every event,
//! and the figures.

use super::books::{Judged, Stillness};
use super::canaries::Sightings;
use super::chronicle::Told;
use super::course::Course;
use crate::load::Slots;
use crate::model::{Check, EventKind, Verdict};
use crate::oracle::{Desync, Ingestion, Observed, bulk_checks, sla_checks};
use crate::report::{AvailabilityBlock, LatencyBlock, LatencyFigures, LedgerBlock, NamedLatency, RateBlock, RunReport};
use crate::run::summary::Setting;
use crate::stats::{Count, Latency};

/// Largest share of slots that may wait for a connection, or go unsent, before latencies are not believed any more.
const TOLERATED: f64 = 0.001;

/// What a load came to.
pub(super) struct Findings<'a> {
    pub(super) course: &'a Course,
    pub(super) told: Told,
    pub(super) canaries: Option<Sightings>,
    pub(super) books: Judged,
    pub(super) interrupted: bool,
}

impl Findings<'_> {
    /// The report.
    pub(super) fn report(self, setting: &Setting<'_>) -> RunReport {
        let distrust = self.distrust();
        let Self { told, books, .. } = &self;
        let mut checks = vec![self.complete(), schedule(distrust.as_deref())];
        checks.extend(self.promises(distrust.as_deref()));
        checks.extend(self.reading());
        checks.extend(redirects(told.fired.figures.ends.redirects));
        let unsettled = matches!(books.read, Some(Ok(Stillness::Changing) | Err(_)));
        checks.extend(bulk_checks(&books.proof, books.read.is_some(), unsettled));
        let mut report = setting.assemble(checks);
        report.interrupted = self.interrupted;
        report.ledger = Some(LedgerBlock::of_bulk(&books.proof));
        report.latency = Some(self.latency());
        report.availability = Some(AvailabilityBlock::of(told.fired.figures.availability));
        report.rate = Some(self.rate());
        report.notes.extend(self.notes());
        report
    }

    /// Why the latencies cannot be believed, and what to do about it.
    fn distrust(&self) -> Option<String> {
        let (slots, lag) = (&self.told.fired.figures.slots, &self.told.fired.figures.lag);
        let plan = &self.course.scenario.load;
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let beyond = |some: u64| some as f64 > TOLERATED * (slots.sent + slots.unsent) as f64;
        let late = lag.quantile(0.99);
        if beyond(slots.unsent) {
            return Some(format!(
                "{} of {} postbacks were never sent, because every connection was taken until the end: raise [load] \
                 connections (now {}), or plan a lower rate",
                slots.unsent,
                slots.sent + slots.unsent,
                plan.connections
            ));
        }
        if late > plan.lag_bound {
            return Some(format!(
                "the engine itself was late: one in a hundred postbacks left more than {late:.1?} after its time, and the \
                 bound is {:?}: raise [load] threads or give it a core of its own, or raise lag_bound",
                plan.lag_bound
            ));
        }
        beyond(self.told.own_waits).then(|| {
            format!(
                "{} postbacks waited for a connection while the target answered in time: raise [load] connections (now {})",
                self.told.own_waits, plan.connections
            )
        })
    }

    fn complete(&self) -> Check {
        let slots = &self.told.fired.figures.slots;
        let planned = Slots::planned(&self.course.scenario.load);
        let verdict = if self.interrupted || !self.told.record.gaps.is_empty() || !self.books.gaps.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::Pass
        };
        let mut observed = format!("{} of {planned:.0} slots were sent", slots.sent);
        for gap in self.told.record.gaps.iter().chain(&self.books.gaps) {
            observed.push_str(&format!("; {gap}"));
        }
        if self.interrupted {
            observed.push_str("; the run was interrupted");
        }
        Check::new("load.complete", verdict, "every stage is played, and every attempt stands in the ledger", observed)
    }

    fn promises(&self, distrust: Option<&str>) -> Vec<Check> {
        let record = &self.told.record;
        let sla = &self.course.scenario.sla;
        let none = Vec::new();
        let objectives: Vec<Vec<Count>> = sla
            .objectives
            .iter()
            .map(|objective| record.objectives.get(&objective.id).unwrap_or(&none).clone())
            .collect();
        let ingestion =
            self.canaries.as_ref().map(|Sightings { delays, unseen, poll }| Ingestion { delays, unseen, poll: *poll });
        let proof = &self.books.proof;
        let desync = matches!(self.books.read, Some(Ok(_)))
            .then_some(Desync { acknowledged: proof.acknowledged, booked: proof.booked });
        let observed = Observed {
            objectives: &objectives,
            availability: &record.availability,
            distrust,
            ingestion,
            desync,
            aborted: self.told.aborted.as_deref(),
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

    fn latency(&self) -> LatencyBlock {
        let figures = &self.told.fired.figures;
        let named = |name: &str, latency: &Latency| NamedLatency {
            name: name.to_owned(),
            figures: LatencyFigures::of(latency),
        };
        let stages = &self.course.scenario.load.stages;
        LatencyBlock {
            response: LatencyFigures::of(&figures.all_responses()),
            service: LatencyFigures::of(&figures.service),
            dispatch_lag: LatencyFigures::of(&figures.lag),
            connect: LatencyFigures::of(&figures.connect),
            tls: (figures.tls.count() > 0).then(|| LatencyFigures::of(&figures.tls)),
            stages: figures
                .stages
                .iter()
                .filter_map(|(stage, latency)| Some(named(&stages.get(usize::from(*stage))?.name, latency)))
                .collect(),
            events: EventKind::ALL
                .iter()
                .zip(&figures.response)
                .filter(|(_, latency)| latency.count() > 0)
                .map(|(kind, latency)| named(kind.name(), latency))
                .collect(),
        }
    }

    fn rate(&self) -> RateBlock {
        let slots = &self.told.record.slots;
        let plan = &self.course.scenario.load;
        let seconds = plan.lasts().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let achieved = self.told.record.in_plan as f64 / seconds;
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
        let mut notes = Vec::new();
        let ends = &self.told.fired.figures.ends;
        let all: Vec<String> = ends.by_word().iter().map(|(word, count)| format!("{count} {word}")).collect();
        notes.push(format!("attempts by their ends: {} ({} of them forged)", all.join(", "), ends.forged));
        if self.course.clicks.is_empty() {
            notes.push("no click URL: click ids are derived, and attribution was not exercised".to_owned());
        } else {
            notes.push(format!(
                "{} clicks were made before the load, and its journeys share them",
                self.course.clicks.len()
            ));
        }
        if self.told.fired.given_up > 0 {
            notes.push(format!("{} events were given up after all their attempts", self.told.fired.given_up));
        }
        let settled = self.books.settled_after;
        notes.extend(crate::run::summary::settled_note(Some(settled)));
        notes
    }
}

/// Whether the engine kept its own schedule.
fn schedule(distrust: Option<&str>) -> Check {
    let expected = "postbacks leave when they are due, so that latencies are the target's own";
    match distrust {
        None => Check::new("load.schedule", Verdict::Pass, expected, "they did"),
        Some(why) => Check::new("load.schedule", Verdict::Inconclusive, expected, why),
    }
}

fn redirects(count: u64) -> Option<Check> {
    let expected = "the postback endpoint never redirects (seed 003 §5)";
    (count > 0)
        .then(|| Check::new("http.no-redirect", Verdict::Fail, expected, format!("{count} attempts were redirected")))
}
