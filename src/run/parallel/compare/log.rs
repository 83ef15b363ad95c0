//! One of the logs: read, refused where too much of it is garbage, and told of in the report.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader};

use super::options::{CompareLogs, LogFile};
use crate::attribution::Method;
use crate::model::{Check, Verdict};
use crate::reconcile::{Intake, LogError, read_log};
use crate::report::LogBlock;
use crate::run::RunError;
use crate::run::folder::RunFolder;
use crate::run::parallel::rejects::Rejects;
use crate::run::prove::unwritable;

/// Read from a file at once: gzip is inflated out of it.
const AT_ONCE: usize = 256 << 10;

/// What is told of a log once its rows are gone.
pub(super) struct Taken {
    pub(super) block: LogBlock,
    pub(super) check: Check,
    pub(super) notes: Vec<String>,
}

/// Reads a log; rows that cannot be read go into a file of the folder.
pub(super) fn read(log: &LogFile, method: Method, folder: &RunFolder) -> Result<Intake, RunError> {
    let shown = log.path.display();
    let file = File::open(&log.path).and_then(|file| {
        let told = file.metadata()?;
        if told.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        Ok((BufReader::with_capacity(AT_ONCE, file), told.len()))
    });
    let (file, length) = file.map_err(|error| {
        RunError::usage(
            format!("the {} log {shown} cannot be read: {error}", method.name()),
            "name a file that is there",
        )
    })?;
    let path = folder.file(&rejects_name(method));
    let mut rejects = Rejects::new(path.clone());
    let read = read_log(file, length, &log.settings, &mut |row| rejects.add(&row));
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
pub(super) fn bearable(
    options: &CompareLogs,
    method: Method,
    intake: &Intake,
    folder: &RunFolder,
) -> Result<(), RunError> {
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

impl Taken {
    pub(super) fn of(options: &CompareLogs, method: Method, intake: &Intake) -> Self {
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
