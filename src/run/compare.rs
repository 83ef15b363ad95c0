//! `report compare`: two loads' folders read back and set side by side.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::RunError;
use super::merge::refused;
use crate::load::Findings;
use crate::report::{Comparison, Side, Tolerance};
use crate::scenario::{LoadPlan, Promise, Scope};

/// What is compared.
pub struct CompareOptions {
    /// Folder of the earlier run.
    pub before: PathBuf,
    /// Folder of the later one.
    pub after: PathBuf,
    /// The tolerated share.
    pub tolerance: f64,
}

/// Largest report that is read.
const LARGEST: u64 = 256 << 20;

/// Share of attempts that may fail where no availability is promised (seed 003 §11).
const BUDGET: f64 = 0.005;

/// What of a report is compared; the rest is passed over.
#[derive(Deserialize)]
struct Proved {
    ledger: Option<ProvedLedger>,
}

#[derive(Deserialize)]
struct ProvedLedger {
    lost: u64,
    double: u64,
    corrupt: u64,
    refused: u64,
    contradicted: u64,
    unexpected: u64,
    forgeries: ProvedForgeries,
}

#[derive(Deserialize)]
struct ProvedForgeries {
    accepted: u64,
    credited: u64,
}

/// Compares what two loads left.
///
/// # Errors
/// When a folder holds no load.
pub fn compare(options: &CompareOptions) -> Result<Comparison, RunError> {
    let read = |folder: &Path| Findings::read(folder).map_err(|error| refused(&error));
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    let tolerance = Tolerance { share: options.tolerance, budget: budget(&after) };
    Ok(Comparison::of(&side(&before)?, &side(&after)?, tolerance, notes(&before, &after)))
}

fn side(findings: &Findings) -> Result<Side, RunError> {
    let record = &findings.record;
    let plan = &record.identity.load;
    let lasts = plan.lasts().as_secs_f64().max(f64::MIN_POSITIVE);
    #[expect(clippy::cast_precision_loss, reason = "no load comes to 2^53 answers")]
    let per_s = |count: u64| count as f64 / lasts;
    Ok(Side {
        name: format!("{} ({})", findings.folder.display(), record.identity.scenario),
        response: findings.latency("response"),
        service: findings.latency("service"),
        availability: record.availability.iter().sum(),
        planned_per_s: per_s(record.slots.planned),
        achieved_per_s: per_s(record.in_plan),
        troubles: troubles(&findings.folder.join("report.json"))?,
        doubt: doubt(findings, plan),
    })
}

/// Why latencies are not to be believed: the generator did not keep its own plan, or parts are missing.
fn doubt(findings: &Findings, plan: &LoadPlan) -> Option<String> {
    let (record, lag) = (&findings.record, findings.latency("lag").quantile(0.99));
    let missing = record.shards.missing().len();
    if missing > 0 {
        return Some(format!("{missing} of its {} shards are missing", record.shards.count));
    }
    if record.slots.unsent > 0 {
        return Some(format!("{} of its {} slots were not sent", record.slots.unsent, record.slots.planned));
    }
    (lag > plan.lag_bound)
        .then(|| format!("its generator was late: p99 {lag:?}, where {:?} are allowed", plan.lag_bound))
}

fn notes(before: &Findings, after: &Findings) -> Vec<String> {
    let mut notes = Vec::new();
    let (mut one, two) = (before.record.identity.clone(), &after.record.identity);
    // Each run has its own; only what shapes the load matters here.
    (one.tag, one.start, one.seed) = (two.tag.clone(), two.start, two.seed);
    if let Some(difference) = one.difference(two) {
        notes.push(format!(
            "the runs are not alike: {} was {} and is {}",
            difference.what, difference.here, difference.there
        ));
    }
    for findings in [before, after] {
        let doubt = doubt(findings, &findings.record.identity.load);
        notes.extend(
            doubt.map(|doubt| format!("latencies of {} tell nothing for certain: {doubt}", findings.folder.display())),
        );
    }
    notes
}

/// What may fail by the promise about the whole run.
fn budget(findings: &Findings) -> f64 {
    let objectives = findings.record.identity.sla.objectives.iter();
    let promised = objectives.filter(|objective| objective.scope == Scope::Whole);
    let mut budgets = promised.filter_map(|objective| match objective.promise {
        Promise::Availability(_) => Some(objective.promise.allowed()),
        Promise::Quantile { .. } => None,
    });
    budgets.next().unwrap_or(BUDGET)
}

/// What became of the events by the run's report, where it has one that says so.
fn troubles(path: &Path) -> Result<Option<Vec<(String, u64)>>, RunError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error.to_string())),
        Ok(file) => BufReader::new(file).take(LARGEST),
    };
    let proved: Proved = serde_json::from_reader(file).map_err(|error| unreadable(path, &error.to_string()))?;
    Ok(proved.ledger.map(|ledger| {
        let ProvedLedger { lost, double, corrupt, refused, contradicted, unexpected, forgeries } = ledger;
        let rows = [
            ("lost", lost),
            ("double", double),
            ("corrupt", corrupt),
            ("refused", refused),
            ("contradicted", contradicted),
            ("unexpected", unexpected),
            ("forgeries accepted", forgeries.accepted),
            ("forgeries credited", forgeries.credited),
        ];
        rows.map(|(what, count)| (what.to_owned(), count)).into()
    }))
}

fn unreadable(path: &Path, why: &str) -> RunError {
    RunError::usage(
        format!("{} is no report: {why}", path.display()),
        "name the folder of a load, or take the file away",
    )
}
