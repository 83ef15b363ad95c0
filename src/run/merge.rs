//! `report merge`: what the shards of one load left becomes one folder with one report, judged once.

use std::fs;
use std::path::{Path, PathBuf};

use super::RunError;
use super::folder::{RunFolder, write_report};
use super::prove::Outcome;
use crate::load::{Findings, FindingsError};
use crate::model::{Check, Verdict};
use crate::report::{Json, Junit, RunReport, SCHEMA};

/// What is merged.
pub struct MergeOptions {
    /// The folders of the shards.
    pub folders: Vec<PathBuf>,
    /// Where the whole goes.
    pub out: PathBuf,
    /// Where JUnit XML goes.
    pub junit: Option<PathBuf>,
}

/// Furthest apart, in milliseconds, that shards may begin: seconds of one then overlap those of another.
const APART_MS: i64 = 1000;

/// Merges what shards left and judges it.
///
/// # Errors
/// When the folders are not shards of one load, or a file cannot be read or written.
pub fn merge(options: &MergeOptions) -> Result<Outcome, RunError> {
    let MergeOptions { folders, out, junit } = options;
    not_among(out, folders)?;
    let run_id = out.file_name().map_or_else(|| "merged".to_owned(), |name| name.to_string_lossy().into_owned());
    let folder = RunFolder::prepare(Some(out), &run_id, 0)?;
    crate::load::clear(out).map_err(|error| unwritable(out, &error))?;
    let findings = Findings::merge(folders, out).map_err(|error| refused(&error))?;
    let report = report(&findings, &run_id);
    let path = folder.file("report.json");
    write_report(&Json, &report, &path).map_err(|error| unwritable(&path, &error))?;
    if let Some(path) = junit {
        write_report(&Junit, &report, path).map_err(|error| unwritable(path, &error))?;
    }
    Ok(Outcome { report, folder: out.clone(), gone: false })
}

/// The report of a load, out of what it left.
fn report(findings: &Findings, run_id: &str) -> RunReport {
    let record = &findings.record;
    let checks = judge(findings);
    RunReport {
        schema: SCHEMA,
        command: "load",
        verdict: Verdict::of_all(checks.iter().map(|check| check.verdict)),
        seed: record.identity.seed,
        run_id: run_id.to_owned(),
        tag: record.identity.tag.clone(),
        start: record.identity.start.to_string(),
        scenario: record.identity.scenario.clone(),
        target: record.identity.target.clone(),
        through: "self",
        signing: record.identity.more.get("signature").cloned().unwrap_or_default(),
        evidence: "what the shards left".to_owned(),
        interrupted: record.interrupted,
        notes: record.notes.iter().cloned().collect(),
        checks,
        ledger: None,
        faults: Vec::new(),
        money: Vec::new(),
        steps: Vec::new(),
        latency: None,
        availability: None,
        rate: None,
    }
}

/// What a load is judged by, be it of one process or merged.
fn judge(findings: &Findings) -> Vec<Check> {
    let mut checks = vec![shards(findings), together(findings), slots(findings), evidence(findings)];
    checks.extend(super::promises::checks(&findings.record));
    checks
}

fn shards(findings: &Findings) -> Check {
    let shards = &findings.record.shards;
    let missing = shards.missing();
    let observed = match missing.as_slice() {
        [] => format!("all {} are there", shards.count),
        missing => {
            let missing: Vec<String> = missing.iter().map(|index| format!("{index}/{}", shards.count)).collect();
            format!("missing: {}", missing.join(", "))
        }
    };
    let verdict = if missing.is_empty() { Verdict::Pass } else { Verdict::Inconclusive };
    Check::new("load.shards", verdict, format!("what each of {} shards left", shards.count), observed)
}

fn together(findings: &Findings) -> Check {
    let record = &findings.record;
    let apart = record.began_last.duration_since(record.began).as_millis();
    let verdict = if apart <= i128::from(APART_MS) { Verdict::Pass } else { Verdict::Inconclusive };
    let expected = format!("shards begin within {APART_MS} ms of each other (--start-at)");
    Check::new("load.together", verdict, expected, format!("{apart} ms apart by their clocks"))
}

fn slots(findings: &Findings) -> Check {
    let slots = findings.record.slots;
    let verdict = if slots.unsent + slots.late == 0 { Verdict::Pass } else { Verdict::Inconclusive };
    let observed = format!(
        "of {} slots {} were sent, {} of them late and {} after waiting for a connection; {} were not sent",
        slots.planned, slots.sent, slots.late, slots.waited, slots.unsent
    );
    Check::new("load.slots", verdict, "every slot of the plan is sent when it is due", observed)
}

/// Whether every attempt that was counted stands in a ledger.
fn evidence(findings: &Findings) -> Check {
    let mut found: u64 = 0;
    let mut troubles: Vec<String> = findings.record.gaps.iter().cloned().collect();
    for record in findings.ledgers.records() {
        match record {
            Ok(_) => found += 1,
            Err(error) => troubles.push(error.to_string()),
        }
    }
    let counted = findings.record.ledger_records;
    let whole = troubles.is_empty() && found == counted;
    troubles.insert(0, format!("{found} attempts"));
    let verdict = if whole { Verdict::Pass } else { Verdict::Inconclusive };
    Check::new("load.evidence", verdict, format!("{counted} attempts in whole ledgers"), troubles.join("; "))
}

/// The whole may not go where a part of it stands.
fn not_among(out: &Path, folders: &[PathBuf]) -> Result<(), RunError> {
    let place = |path: &Path| fs::canonicalize(path).ok();
    match folders.iter().find(|folder| place(folder).is_some_and(|folder| Some(folder) == place(out))) {
        Some(folder) => Err(RunError::usage(
            format!("{} is to be merged and written to", folder.display()),
            "name another folder with --out DIR",
        )),
        None => Ok(()),
    }
}

pub(super) fn refused(error: &FindingsError) -> RunError {
    if error.is_of_the_disk() {
        return RunError::undone(error.to_string(), "make room there, or name another folder with --out DIR");
    }
    RunError::usage(
        error.to_string(),
        "name the folders of all shards of one load: same scenario, --seed, --tag, --start and --target",
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> RunError {
    RunError::undone(format!("{} cannot be written: {error}", path.display()), "make room, or name another place")
}
