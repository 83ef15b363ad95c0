//! What loads left in their folders, read back and put together: records added up, histograms merged second by second
//! without loss, ledgers gathered. One folder or many come to the same kind of value, and are judged alike by others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use super::interval_log::{IntervalError, IntervalLog, Intervals};
use super::ledger::{LedgerError, Ledgers, file_name};
use super::record::{LoadRecord, RecordError};
use crate::stats::Latency;

/// The file of everything that is counted.
pub const RECORD: &str = "load.json";

/// The file of latencies.
pub const LATENCIES: &str = "latency.hlog";

/// Largest `load.json` that is read: a week of seconds for some twenty objectives takes less.
const LARGEST: u64 = 256 << 20;

/// What a load found out, be it of one process or merged: ready to be judged.
#[derive(Debug)]
pub struct Findings {
    /// Everything that is counted.
    pub record: LoadRecord,
    /// The latencies of each series over the whole load, by tag.
    pub latencies: BTreeMap<String, Latency>,
    /// Every attempt.
    pub ledgers: Ledgers,
    /// Where it all stands.
    pub folder: PathBuf,
}

/// Why what loads left cannot be read or merged.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A `load.json` is none.
    #[error("{path} is no record of a load: {what}")]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Two folders do not belong together.
    #[error("{folder} does not belong to the shards before it: {source}")]
    Apart {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: RecordError,
    },
    /// There is nothing to merge.
    #[error("no folder is named, so there is nothing to merge")]
    Nothing,
    /// A log of latencies cannot be read.
    #[error(transparent)]
    Interval(#[from] IntervalError),
    /// Ledgers cannot be found.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl FindingsError {
    /// Whether the disk did it, and not what stands on it.
    pub fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

impl Findings {
    /// Reads what a load left in a folder.
    ///
    /// # Errors
    /// When a file is not there, or is none that a load leaves.
    pub fn read(folder: &Path) -> Result<Self, FindingsError> {
        let record = read_record(folder)?;
        let mut latencies = BTreeMap::new();
        for interval in Intervals::open(&folder.join(LATENCIES))? {
            let interval = interval?;
            add(&mut latencies, interval.tag, &interval.latency);
        }
        Ok(Self { record, latencies, ledgers: Ledgers::of(folder)?, folder: folder.to_path_buf() })
    }

    /// The latencies of a series; none where it has no log.
    pub fn latency(&self, tag: &str) -> Latency {
        self.latencies.get(tag).cloned().unwrap_or_default()
    }

    /// Merges what the shards of one load left, and writes the whole to a folder of its own, in the same files. What is merged
    /// can be merged again with further shards.
    ///
    /// # Errors
    /// When a file cannot be read or written, or when the folders are not of one load.
    pub fn merge(folders: &[PathBuf], out: &Path) -> Result<Self, FindingsError> {
        let record = merge_records(folders)?;
        let latencies = merge_latencies(folders, record.began, &out.join(LATENCIES))?;
        gather_files(folders, out)?;
        write_record(&record, out)?;
        Ok(Self { record, latencies, ledgers: Ledgers::of(out)?, folder: out.to_path_buf() })
    }
}

/// Reads a folder's `load.json`.
///
/// # Errors
/// When it is not there, or is none.
pub fn read_record(folder: &Path) -> Result<LoadRecord, FindingsError> {
    let path = folder.join(RECORD);
    let failed = |source| FindingsError::Read { path: path.clone(), source };
    let mut text = Vec::new();
    File::open(&path).map_err(failed)?.take(LARGEST).read_to_end(&mut text).map_err(failed)?;
    let no_record = |what| FindingsError::Record { path: path.clone(), what };
    let record: LoadRecord = serde_json::from_slice(&text).map_err(|error| no_record(error.to_string()))?;
    record.check().map_err(|error| no_record(error.to_string()))?;
    Ok(record)
}

/// Writes a record to `load.json` of a folder.
///
/// # Errors
/// When the disk does not take it.
pub fn write_record(record: &LoadRecord, folder: &Path) -> Result<(), FindingsError> {
    let path = folder.join(RECORD);
    let write = || {
        let mut file = File::create(&path)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.write_all(b"\n")?;
        file.sync_all()
    };
    write().map_err(|source| FindingsError::Write { path: path.clone(), source })
}

/// Takes away what an earlier load left in a folder.
///
/// # Errors
/// When the folder cannot be changed.
pub fn clear(folder: &Path) -> io::Result<()> {
    let ledgers = Ledgers::of(folder).map_err(|error| io::Error::other(error.to_string()))?;
    let others = [RECORD, LATENCIES].map(|name| folder.join(name));
    for path in ledgers.files().iter().chain(&others) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn merge_records(folders: &[PathBuf]) -> Result<LoadRecord, FindingsError> {
    let mut sum: Option<LoadRecord> = None;
    for folder in folders {
        let next = read_record(folder)?;
        sum = Some(match sum {
            None => next,
            Some(sum) => sum.merge(next).map_err(|source| FindingsError::Apart { folder: folder.clone(), source })?,
        });
    }
    sum.ok_or(FindingsError::Nothing)
}

/// Merges interval logs second by second, so that no more than one second of each is held.
fn merge_latencies(
    folders: &[PathBuf],
    began: jiff::Timestamp,
    out: &Path,
) -> Result<BTreeMap<String, Latency>, FindingsError> {
    let failed = |source| FindingsError::Write { path: out.to_path_buf(), source };
    let mut logs: Vec<Peekable<Intervals>> = Vec::new();
    for folder in folders {
        logs.push(Intervals::open(&folder.join(LATENCIES))?.peekable());
    }
    let mut log = IntervalLog::create(out, began).map_err(failed)?;
    let mut totals = BTreeMap::new();
    while let Some(second) = logs.iter_mut().filter_map(next_second).min() {
        for (tag, latency) in take_second(&mut logs, second)? {
            log.write(second, &tag, &latency).map_err(failed)?;
            add(&mut totals, tag, &latency);
        }
    }
    log.finish().map_err(failed)?;
    Ok(totals)
}

/// The second of a log's next histogram. An error comes first, because it ends everything.
fn next_second(log: &mut Peekable<Intervals>) -> Option<u64> {
    log.peek().map(|item| item.as_ref().map_or(0, |interval| interval.second))
}

fn take_second(logs: &mut [Peekable<Intervals>], second: u64) -> Result<BTreeMap<String, Latency>, IntervalError> {
    let mut sum = BTreeMap::new();
    for log in logs {
        while let Some(item) = log.next_if(|item| item.as_ref().map_or(true, |interval| interval.second == second)) {
            let interval = item?;
            add(&mut sum, interval.tag, &interval.latency);
        }
    }
    Ok(sum)
}

fn add(sums: &mut BTreeMap<String, Latency>, tag: String, latency: &Latency) {
    sums.entry(tag).or_default().merge(latency);
}

/// Brings the ledgers and click ids of all folders into one. A ledger is numbered anew; it is linked where the disk can do
/// that, for none is ever changed.
fn gather_files(folders: &[PathBuf], out: &Path) -> Result<(), FindingsError> {
    let mut number = 0;
    for folder in folders {
        for ledger in Ledgers::of(folder)?.files() {
            bring(ledger, &out.join(file_name(number)))?;
            number += 1;
        }
        let clicks: BTreeSet<String> = read_record(folder)?.clicks.into_values().collect();
        for name in clicks {
            bring(&folder.join(&name), &out.join(&name))?;
        }
    }
    Ok(())
}

fn bring(from: &Path, to: &Path) -> Result<(), FindingsError> {
    if let Err(source) = File::open(from) {
        return Err(FindingsError::Read { path: from.to_path_buf(), source });
    }
    let _ = fs::remove_file(to);
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(|source| FindingsError::Write { path: to.to_path_buf(), source })
}

#[cfg(test)]
pub(crate) mod tests;
