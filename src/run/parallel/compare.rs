//! `parallel compare`: two exported logs read, each on its own thread, matched and judged; what did not match goes into a file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::thread;

use jiff::Timestamp;

use super::rejects::Rejects;
use super::unmatched::write_unmatched;
use crate::attribution::diagnosis::{Diagnosis, Terms};
use crate::attribution::{Gap, Logs, Matching, Method, Names, Pairing, Rules, Side};
use crate::model::{Check, Verdict};
use crate::reconcile::{Intake, LogError, LogSettings, read_log};
use crate::report::{DiagnosisBlock, GapBlock, LogBlock, RunReport};
use crate::run::folder::{RunFolder, try_report_path};
use crate::run::prove::{Outcome, unwritable, write_reports};
use crate::run::{RunError, clock};

/// A log to be compared.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The file.
    pub path: PathBuf,
    /// How it is to be read.
    pub settings: LogSettings,
    /// The name of its zone, for times without an offset, where it was told.
    pub zone: Option<String>,
}

/// What is compared, and how.
#[derive(Clone, Debug)]
pub struct CompareLogs {
    /// What the browsers reported.
    pub cookie: LogFile,
    /// What the operator's server reported.
    pub s2s: LogFile,
    /// How they are matched.
    pub matching: Matching,
    /// How the gap is judged.
    pub rules: Rules,
    /// Share of a log's rows that may be unreadable, 0 to 1.
    pub max_rejected: f64,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
}

/// Read from a file at once: gzip is inflated out of it.
const AT_ONCE: usize = 256 << 10;

/// Room that the run's folder needs at least: the report, and what does not match of a log as it should be.
const ROOM: u64 = 16 << 20;

/// Compares two logs.
///
/// # Errors
/// When a log cannot be read, too much of it is garbage, or the folder cannot be written.
pub fn compare_logs(options: &CompareLogs) -> Result<Outcome, RunError> {
    let run_id = format!("{}-compare", clock::now().strftime("%Y%m%dT%H%M%SZ"));
    let folder = RunFolder::prepare(options.out.as_deref(), &run_id, ROOM)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let (cookie, s2s) = thread::scope(|scope| {
        let other = scope.spawn(|| read(&options.s2s, Method::S2s, &folder));
        let cookie = read(&options.cookie, Method::Cookie, &folder);
        (cookie, other.join().expect("reading a log does not panic"))
    });
    let (cookie, s2s) = (cookie?, s2s?);
    bearable(options, Method::Cookie, &cookie, &folder)?;
    bearable(options, Method::S2s, &s2s, &folder)?;
    let taken = [Taken::of(options, Method::Cookie, &cookie), Taken::of(options, Method::S2s, &s2s)];
    let logs = logs(cookie, s2s);
    let pairing = options.matching.of(&logs);
    let path = folder.file("unmatched.csv");
    let grace = options.matching.grace;
    let diagnosis = Diagnosis::of(&logs, &pairing, Terms { grace, losses: &[] });
    write_unmatched(&path, &logs, &pairing, &diagnosis).map_err(|error| unwritable(&path, &error))?;
    let report = report(options, (folder.run_id(), &taken), (&logs, &pairing), &diagnosis);
    write_reports(&report, &folder, options.junit.as_deref())?;
    Ok(Outcome { report, folder: folder.path().to_path_buf(), gone: false })
}

/// What is told of a log once its rows are gone.
struct Taken {
    block: LogBlock,
    check: Check,
    notes: Vec<String>,
}

impl CompareLogs {
    fn file(&self, method: Method) -> &LogFile {
        match method {
            Method::Cookie => &self.cookie,
            Method::S2s => &self.s2s,
        }
    }
}

fn read(log: &LogFile, method: Method, folder: &RunFolder) -> Result<Intake, RunError> {
    let shown = log.path.display();
    let file = File::open(&log.path).and_then(|file| {
        let is_folder = file.metadata()?.is_dir();
        if is_folder { Err(io::Error::other("it is a folder")) } else { Ok(BufReader::with_capacity(AT_ONCE, file)) }
    });
    let file = file.map_err(|error| {
        RunError::usage(
            format!("the {} log {shown} cannot be read: {error}", method.name()),
            "name a file that is there",
        )
    })?;
    let path = folder.file(&rejects_name(method));
    let mut rejects = Rejects::new(path.clone());
    let read = read_log(file, &log.settings, &mut |row| rejects.add(&row));
    rejects.finish().map_err(|error| unwritable(&path, &error))?;
    read.map_err(|error| {
        let message = format!("the {} log {shown}: {error}", method.name());
        if is_of_the_disk(&error) {
            RunError::undone(message, error.cure())
        } else {
            RunError::usage(message, error.cure())
        }
    })
}

/// Whether a log could not be read because of the machine and not because of what is in it.
fn is_of_the_disk(error: &LogError) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error {
        LogError::Broken { source, .. } => !matches!(source.kind(), InvalidData | InvalidInput | UnexpectedEof),
        _ => false,
    }
}

fn rejects_name(method: Method) -> String {
    format!("rejected-{}.csv", method.name())
}

/// Refuses a log of which more is garbage than may be. It is the log that is at fault, or how it was said to be read: asking again will
/// only help with another log or other flags, so this counts as a mistake in how the command was called.
fn bearable(options: &CompareLogs, method: Method, intake: &Intake, folder: &RunFolder) -> Result<(), RunError> {
    let share = share(intake.rejected, intake.rows);
    if share <= options.max_rejected {
        return Ok(());
    }
    let message = format!(
        "{} of {} rows of the {} log {} cannot be read ({:.2} %, and {:.2} % may be): {}",
        intake.rejected,
        intake.rows,
        method.name(),
        options.file(method).path.display(),
        share * 100.0,
        options.max_rejected * 100.0,
        reasons(intake)
    );
    let rejects = folder.file(&rejects_name(method));
    let help = format!(
        "see {} for each with its line and reason; export the log again, name its columns, zone or decimal mark, or allow more with --max-rejected",
        rejects.display()
    );
    Err(RunError::usage(message, help))
}

/// Kinds of reasons with their counts, most frequent first.
fn reasons(intake: &Intake) -> String {
    let mut reasons: Vec<(&str, u64)> = intake.reasons.iter().map(|(kind, count)| (*kind, *count)).collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    reasons.iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "no log has 2^53 rows")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Both logs with one set of names.
fn logs(cookie: Intake, s2s: Intake) -> Logs {
    let mut names: Names = cookie.names;
    let numbers = names.absorb(&s2s.names);
    let mut side: Side = s2s.side;
    for sighting in &mut side.sightings {
        sighting.traits = sighting.traits.renumbered(&numbers);
    }
    Logs { cookie: cookie.side, s2s: side, names }
}

impl Taken {
    fn of(options: &CompareLogs, method: Method, intake: &Intake) -> Self {
        let file = options.file(method);
        let mut notes = Vec::new();
        if intake.without_offset > 0 {
            let zone = file.zone.as_deref().unwrap_or("UTC");
            let mut note = format!(
                "{} times of the {} log have no offset and were read as {zone}",
                intake.without_offset,
                method.name()
            );
            if file.zone.is_none() {
                let _ = write!(note, "; name another zone with --{}-zone", method.name());
            }
            notes.push(note);
        }
        let block = LogBlock {
            method: method.name(),
            file: file.path.display().to_string(),
            rows: intake.rows,
            conversions: intake.side.sightings.len() as u64,
            passed_over: intake.passed_over,
            rejected: intake.rejected,
        };
        Self { block, check: readable(options, method, intake), notes }
    }
}

fn readable(options: &CompareLogs, method: Method, intake: &Intake) -> Check {
    let verdict = if intake.rejected == 0 { Verdict::Pass } else { Verdict::Warn };
    let mut observed = format!("{} of {} rows cannot", intake.rejected, intake.rows);
    if intake.rejected > 0 {
        let _ = write!(observed, " ({}): {}", reasons(intake), rejects_name(method));
    }
    let expected = format!("rows can be read, but for {:.1} % at most", options.max_rejected * 100.0);
    Check::new(format!("parallel.rows-{}", method.name()), verdict, expected, observed)
}

fn report(
    options: &CompareLogs,
    (run_id, taken): (&str, &[Taken]),
    (logs, pairing): (&Logs, &Pairing),
    diagnosis: &Diagnosis,
) -> RunReport {
    let gap = Gap::of(logs, pairing);
    let ruled = options.rules.judge(&gap, pairing);
    let mut checks = ruled.checks.clone();
    checks.extend(taken.iter().map(|taken| taken.check.clone()));
    let mut notes: Vec<String> = taken.iter().flat_map(|taken| taken.notes.clone()).collect();
    if !gap.untold.is_empty() {
        let names: Vec<&str> = gap.untold.iter().map(|dimension| dimension.name()).collect();
        notes.push(format!("nothing is told by {}: only one of the logs says it", names.join(", ")));
    }
    let mut block = GapBlock::of(&options.rules, &gap, pairing, &ruled);
    block.logs = taken.iter().map(|taken| taken.block.clone()).collect();
    let names: Vec<&str> = block.logs.iter().map(|log| log.file.as_str()).collect();
    let sightings = logs.cookie.sightings.iter().chain(&logs.s2s.sightings);
    let start = sightings.map(|sighting| sighting.at).min().as_ref().map_or_else(String::new, Timestamp::to_string);
    RunReport {
        run_id: run_id.to_owned(),
        tag: "none".to_owned(),
        start,
        scenario: names.join(" beside "),
        target: "none: two logs are compared".to_owned(),
        signing: "none".to_owned(),
        evidence: "two exported logs".to_owned(),
        notes,
        gap: Some(block),
        diagnosis: Some(DiagnosisBlock::of(diagnosis)),
        ..RunReport::of("parallel compare", checks)
    }
}
