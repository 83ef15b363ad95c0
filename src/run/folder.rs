//! The run's folder: made, locked and tried out before anything is fired, so that a full or read-only disk
//! is told at the start and not at the end.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::RunError;
use crate::report::{Format, RunReport};
use crate::send::Journal;

/// A folder that this run alone writes to.
pub(super) struct RunFolder {
    path: PathBuf,
    run_id: String,
    /// Whether an earlier sitting of the same run has left its journals here.
    goes_on: bool,
    _lock: File,
}

/// Numbers tried behind a run id when another run of the same second and tag has the folder.
const NAMES: u32 = 1000;

impl RunFolder {
    /// Makes the folder, or takes an existing one that the user named, and writes `needed` bytes to it as a trial.
    pub(super) fn prepare(named: Option<&Path>, run_id: &str, needed: u64) -> Result<Self, RunError> {
        let path = match named {
            Some(path) => fs::create_dir_all(path).map(|()| path.to_path_buf()),
            None => fresh(Path::new("reports/out"), run_id),
        };
        let shown = named.map_or_else(|| PathBuf::from("reports/out").join(run_id), Path::to_path_buf);
        let failed = |error: &io::Error| {
            RunError::usage(
                format!("the run's folder {} cannot be written: {error}", shown.display()),
                "make room there, or name another folder with --out DIR",
            )
        };
        let path = path.map_err(|error| failed(&error))?;
        let lock = File::create(path.join(".lock")).map_err(|error| failed(&error))?;
        lock_alone(&lock, &path)?;
        trial(&path, needed).and_then(|()| clear(&path)).map_err(|error| failed(&error))?;
        Ok(Self { path, run_id: run_id.to_owned(), goes_on: false, _lock: lock })
    }

    /// Takes up the folder of a run that was cut short, with all that it left there.
    pub(super) fn reopen(path: &Path) -> Result<Self, RunError> {
        let lock = File::create(path.join(".lock")).map_err(|error| {
            RunError::usage(
                format!("the run's folder {} cannot be written: {error}", path.display()),
                "make it writable",
            )
        })?;
        lock_alone(&lock, path)?;
        let run_id = path.canonicalize().ok();
        let run_id = run_id.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        Ok(Self { path: path.to_owned(), run_id: run_id.unwrap_or_default(), goes_on: true, _lock: lock })
    }

    /// The run that it is for.
    pub(super) fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Where a file of that name stands.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A journal of that name, empty.
    pub(super) fn journal(&self, name: &str) -> Result<Journal, RunError> {
        let path = self.file(name);
        let journal = if self.goes_on { Journal::append(&path) } else { Journal::create(&path) };
        journal.map_err(|error| {
            RunError::usage(
                format!("{} cannot be written: {error}", path.display()),
                "name another folder with --out DIR",
            )
        })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn lock_alone(lock: &File, path: &Path) -> Result<(), RunError> {
    lock.try_lock().map_err(|_| {
        RunError::usage(
            format!("another run is writing to {}", path.display()),
            "wait for it, or name another folder with --out DIR",
        )
    })
}

/// Writes a report next to its place first and then moves it there, so that nobody ever reads half of one.
pub(super) fn write_report(format: &dyn Format, report: &RunReport, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files are private by default; a report is for whoever the umask lets read.
    let readable = fs::Permissions::from_mode(0o666);
    let mut file = tempfile::Builder::new().permissions(readable).tempfile_in(folder)?;
    format.write(report, &mut file)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Takes away what an earlier run left in the folder, so that nobody takes its report for this run's.
fn clear(path: &Path) -> io::Result<()> {
    let logs = ["ledger.ndjson", "exchanges.ndjson", "dlq.ndjson"];
    let tables = ["unmatched.csv", "rejected-cookie.csv", "rejected-s2s.csv"];
    for name in ["report.json", "repro.sh"].into_iter().chain(logs).chain(tables) {
        remove(&path.join(name))?;
    }
    Ok(())
}

/// Takes a file away, if it is there.
///
/// # Errors
/// When it stays.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Tries that a report can be written to a path, and takes away an earlier one.
pub(super) fn try_report_path(path: &Path) -> Result<(), RunError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let tried = fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder)).and_then(|file| {
        if path.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        file.close()?;
        remove(path)
    });
    tried
        .map_err(|error| RunError::usage(format!("{} cannot be written: {error}", path.display()), "name another file"))
}

fn fresh(parent: &Path, run_id: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(parent)?;
    for number in 1..NAMES {
        let name = if number == 1 { run_id.to_owned() } else { format!("{run_id}-{number}") };
        match fs::create_dir(parent.join(&name)) {
            Ok(()) => return Ok(parent.join(name)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("every name for the run is taken"))
}

/// Bytes that are really written as a trial; beyond them the file system's word is taken.
const TRIAL: usize = 1 << 20;

/// Sees that there is as much room as the run will need. Real bytes, because a sparse file takes no room.
fn trial(path: &Path, needed: u64) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(path)?;
    file.write_all(&vec![0x5a; TRIAL])?;
    file.sync_all()?;
    let disk = rustix::fs::fstatvfs(&file)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < needed {
        return Err(io::Error::other(format!("{} MiB are free, and the run may need {}", free >> 20, needed >> 20)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_run_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("out");
        let first = RunFolder::prepare(Some(&path), "x", 10).unwrap();
        assert!(RunFolder::prepare(Some(&path), "x", 10).is_err());
        drop(first);
        assert!(RunFolder::prepare(Some(&path), "x", 10).is_ok());
    }

    #[test]
    fn same_names_get_numbers() {
        let parent = tempfile::tempdir().unwrap();
        assert!(fresh(parent.path(), "a").unwrap().ends_with("a"));
        assert!(fresh(parent.path(), "a").unwrap().ends_with("a-2"));
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        assert!(RunFolder::prepare(Some(Path::new("/proc/nowhere")), "x", 10).is_err());
        assert!(try_report_path(Path::new("/proc/nowhere/junit.xml")).is_err());
        assert!(try_report_path(Path::new("/tmp")).is_err());
    }
}
