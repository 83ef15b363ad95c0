//! What a load tells, second by second: counts into the record, latencies into the interval log, attempts into the ledger,
//! a line to whoever watches; and whether it is bad enough to be ended early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::board::{Board, Shown};
use super::canaries::Canary;
use super::hindsight::Hindsight;
use crate::load::{EXHAUSTED, Fired, IntervalLog, LedgerWriter, LoadRecord, SlotSums, Slots, Tick};
use crate::model::EventKind;
use crate::run::folder::RunFolder;
use crate::run::{Moment, RunError, RunEvent, Watch};
use crate::scenario::{LoadModel, Promise, Scenario, Scope};
use crate::stats::{Count, Latency, is_broken_for};

/// Takes down what a load tells.
pub(in crate::run) struct Chronicle {
    scenario: Scenario,
    ledger: LedgerWriter,
    latencies: IntervalLog,
    watch: Watch,
    canaries: UnboundedSender<Canary>,
    aborts: Vec<Vec<Count>>,
    aborted: Option<String>,
    unavailable: Count,
    unsent: u64,
    hindsight: Hindsight,
    gaps: Vec<String>,
    /// What Prometheus is shown, where it may look on.
    shown: Option<Shown>,
    /// Turns true when the load is to end early.
    stop: Arc<AtomicBool>,
}

impl Chronicle {
    /// Begins the files of a load.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(in crate::run) fn begin(
        scenario: &Scenario,
        folder: &RunFolder,
        watch: &Watch,
        canaries: UnboundedSender<Canary>,
        board: Option<&Board>,
    ) -> Result<Self, RunError> {
        let help = "make room there, or name another folder with --out DIR";
        let ledger =
            LedgerWriter::create(folder.path(), 0).map_err(|error| RunError::usage(error.to_string(), help))?;
        let path = folder.file("latency.hlog");
        let latencies = IntervalLog::create(&path, crate::run::clock::now())
            .map_err(|error| RunError::usage(format!("{} cannot be written: {error}", path.display()), help))?;
        Ok(Self {
            scenario: scenario.clone(),
            ledger,
            latencies,
            watch: Arc::clone(watch),
            canaries,
            aborts: vec![Vec::new(); scenario.sla.abort_if.len()],
            aborted: None,
            unavailable: Count::default(),
            unsent: 0,
            hindsight: Hindsight::new(&scenario.sla),
            gaps: Vec::new(),
            shown: board.map(|board| board.begin(scenario)),
            stop: Arc::new(AtomicBool::new(false)),
        })
    }

    /// What turns true when the load is to end early.
    pub(in crate::run) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Takes a second down.
    pub(in crate::run) fn tick(&mut self, tick: &Tick, record: &mut LoadRecord) {
        record.count(tick.second, tick.figures.availability, &tick.figures.objectives);
        record.ledger_records += tick.records.len() as u64;
        for attempt in &tick.records {
            self.ledger.add(attempt);
        }
        self.ledger.flush();
        let response = tick.figures.all_responses();
        if let Err(error) = self.log(tick, &response) {
            self.gap(format!("latency.hlog is not complete: {error}"));
        }
        for canary in &tick.canaries {
            // Without a read-back nobody listens.
            let _ = self.canaries.send(*canary);
        }
        self.unavailable += tick.figures.availability;
        self.unsent += tick.figures.slots.unsent;
        self.hindsight.add(&tick.figures);
        self.look_whether_to_end(tick);
        if let Some(shown) = &mut self.shown {
            shown.add(tick);
        }
        (self.watch)(&RunEvent::Second(self.moment(tick, &response)));
    }

    /// Ends the files, and enters what is known in the end.
    pub(in crate::run) fn end(mut self, record: &mut LoadRecord, fired: &Fired) {
        let slots = fired.figures.slots;
        record.journeys = fired.journeys;
        record.given_up = fired.given_up;
        record.in_plan = fired.figures.ends.in_plan;
        record.forged = fired.figures.ends.forged;
        record.ends = fired.figures.ends.by_word();
        record.slots = SlotSums {
            planned: slots.sent + slots.unsent,
            sent: slots.sent,
            late: slots.late,
            waited: slots.waited,
            unsent: slots.unsent,
            after: slots.after,
            own_waits: self.hindsight.own_waits().all,
        };
        record.effort = self.hindsight.effort();
        record.aborted.extend(self.aborted.take());
        record.notes.extend((fired.figures.exhausted > 0).then(|| EXHAUSTED.to_owned()));
        if let Err(error) = self.ledger.finish() {
            self.gaps.push(error.to_string());
        }
        if let Err(error) = self.latencies.finish() {
            self.gaps.push(format!("latency.hlog is not complete: {error}"));
        }
        record.gaps.extend(self.gaps);
        record.gaps.extend(fired.failed.iter().map(|failed| format!("a lane could not work: {failed}")));
    }

    fn gap(&mut self, gap: String) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    fn log(&mut self, tick: &Tick, response: &Latency) -> std::io::Result<()> {
        let figures = &tick.figures;
        self.latencies.write(tick.second, "response", response)?;
        for (tag, latency) in
            [("service", &figures.service), ("lag", &figures.lag), ("connect", &figures.connect), ("tls", &figures.tls)]
        {
            self.latencies.write(tick.second, tag, latency)?;
        }
        for (kind, latency) in EventKind::ALL.iter().zip(&figures.response) {
            self.latencies.write(tick.second, &format!("response.event.{}", kind.name()), latency)?;
        }
        for (stage, latency) in &figures.stages {
            let name = self.scenario.load.stages.get(usize::from(*stage)).map_or("", |stage| stage.name.as_str());
            self.latencies.write(tick.second, &format!("response.stage.{name}"), latency)?;
        }
        self.latencies.flush()
    }

    fn look_whether_to_end(&mut self, tick: &Tick) {
        let Ok(second) = usize::try_from(tick.second) else { return };
        for ((rule, seconds), count) in
            self.scenario.sla.abort_if.iter().zip(&mut self.aborts).zip(&tick.figures.aborts)
        {
            seconds.resize(second, Count::default());
            seconds.push(*count);
            let lasting = usize::try_from(rule.lasting.as_secs()).unwrap_or(usize::MAX).max(1);
            if self.aborted.is_none() && is_broken_for(seconds, lasting, rule.promise.allowed()) {
                self.aborted = Some(format!("`{}` held after {} s, and the load was ended", rule.text, second + 1));
                self.stop.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Attempts that the whole load comes to: those of the plan, or as many in all its time as there were so far in theirs.
    fn expected(&self, elapsed: Duration) -> f64 {
        let plan = &self.scenario.load;
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let so_far = self.unavailable.total as f64;
        match plan.model {
            LoadModel::Open => Slots::planned(plan),
            LoadModel::Closed => so_far * (plan.lasts().as_secs_f64() / elapsed.as_secs_f64()).max(1.0),
        }
    }

    fn moment(&self, tick: &Tick, response: &Latency) -> Moment {
        let elapsed = Duration::from_secs(tick.second + 1);
        let allowed = self.scenario.sla.objectives.iter().find_map(|objective| match objective.promise {
            Promise::Availability(_) if objective.scope == Scope::Whole => Some(objective.promise.allowed()),
            _ => None,
        });
        let whole = self.expected(elapsed);
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let budget_left = allowed.map(|allowed| 1.0 - self.unavailable.bad as f64 / (allowed * whole).max(1.0));
        let plan = &self.scenario.load;
        Moment {
            model: plan.model,
            elapsed,
            lasts: plan.lasts(),
            stage: (plan.stage_at(elapsed), plan.stages.len()),
            planned: plan.rate_at(elapsed),
            answers: tick.figures.ends.in_plan,
            in_flight: tick.in_flight,
            p50: response.quantile(0.5),
            p95: response.quantile(0.95),
            p99: response.quantile(0.99),
            unavailable: self.unavailable,
            budget_left,
            unsent: self.unsent,
        }
    }
}
