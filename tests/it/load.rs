//! Loads on targets of known behaviour, whose verdicts are known in advance; each also at a size at which the right answer
//! is that nothing can be told.

mod answers;
mod command;
mod ends;
mod faults;
mod latencies;
mod lines;
mod metrics;
mod stack;
mod target;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use postproof::load::Ledgers;
use postproof::model::{FailReason, InfoReason, Outcome, Record, Stance, Verdict};
use postproof::report::RunReport;
use postproof::run::{Fixed, LoadOptions, RunError, load};
use tokio::sync::watch;

use crate::check::found;
use crate::harness::{checked, shown};

/// What a load came to.
struct Seen {
    report: RunReport,
    records: Vec<Record>,
    took: Duration,
}

impl Seen {
    /// Asserts a check's verdict.
    fn expect(&self, id: &str, verdict: Verdict) {
        assert_eq!(found(&self.report, id).verdict, verdict, "{id}: {}", shown(&self.report));
    }

    /// What a check tells.
    fn told(&self, id: &str) -> &str {
        &found(&self.report, id).observed
    }

    /// How many attempts ended so.
    fn ended(&self, so: impl Fn(Outcome) -> bool) -> usize {
        self.records.iter().filter(|record| so(record.outcome)).count()
    }

    /// Asserts that everything that was counted twice was counted alike.
    fn adds_up(&self) {
        let report = &self.report;
        let told = || shown(report);
        let attempts = self.records.len() as u64;
        assert_eq!(report.ledger.as_ref().expect("a ledger").attempts, attempts, "{}", told());
        let rate = report.rate.as_ref().expect("a rate");
        assert_eq!(rate.slots, rate.sent + rate.unsent, "{}", told());
        assert_eq!(rate.sent + rate.after, attempts, "{}", told());
        let ends = report.notes.iter().find_map(|note| note.strip_prefix("attempts by their ends: ")).expect("a note");
        let ends = ends.split(" (").next().expect("a part").split(", ");
        let counts = ends.filter_map(|end| end.split(' ').next()?.parse::<u64>().ok());
        assert_eq!(counts.sum::<u64>(), attempts, "{}", told());
        let judged = self.records.iter().filter_map(Record::is_available);
        let (ok, total) = judged.fold((0, 0), |(ok, total), available| (ok + u64::from(available), total + 1));
        let availability = report.availability.as_ref().expect("an availability");
        assert_eq!((availability.ok, availability.total), (ok, total), "{}", told());
        let timed = self.records.iter().filter(|record| is_timed(record)).count() as u64;
        let latency = report.latency.as_ref().expect("a latency");
        assert_eq!((latency.response.count, latency.service.count), (timed, timed), "{}", told());
        let in_parts =
            |parts: &[postproof::report::NamedLatency]| parts.iter().map(|part| part.figures.count).sum::<u64>();
        assert_eq!([in_parts(&latency.stages), in_parts(&latency.events)], [timed; 2], "{}", told());
    }
}

/// Whether an attempt tells how long the target takes to answer a genuine postback.
fn is_timed(record: &Record) -> bool {
    let lost = matches!(record.outcome, Outcome::Fail(FailReason::NotConnected) | Outcome::Info(InfoReason::Broken));
    record.stance == Stance::Genuine && !record.is_own_doing() && !lost
}

/// How a target is put under load as the scenario says, into that folder.
fn options(text: &str, out: &Path, stop: watch::Receiver<bool>) -> LoadOptions {
    LoadOptions {
        scenario: checked(text),
        fixed: Fixed { seed: Some(5), ..Fixed::default() },
        shard: postproof::load::Shard::WHOLE,
        begins: None,
        metrics: None,
        out: Some(out.to_path_buf()),
        junit: None,
        again: "postproof load test.toml".into(),
        stop,
        watch: Arc::new(|_| {}),
    }
}

/// Puts a target under load as the scenario says, into that folder.
async fn try_load(text: &str, out: &Path, stop: watch::Receiver<bool>) -> Result<RunReport, RunError> {
    load(options(text, out, stop)).await.map(|outcome| outcome.report)
}

/// Puts a target under load as the scenario says, and sees to it that the figures add up.
async fn fire(text: &str) -> Seen {
    let (_keep, stop) = watch::channel(false);
    let out = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let report = try_load(text, out.path(), stop).await.unwrap_or_else(|error| panic!("{error}"));
    let took = began.elapsed();
    let records = Ledgers::of(out.path()).expect("a ledger").records().map(|record| record.expect("whole")).collect();
    let seen = Seen { report, records, took };
    seen.adds_up();
    seen
}
