//! The file of rows that were put aside, each with its line and the reason. It is only made when there is one.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::reconcile::Rejected;

/// Where rows are put aside.
pub(super) struct Rejects {
    path: PathBuf,
    file: Option<csv::Writer<BufWriter<File>>>,
    /// The first error that a write met.
    failed: Option<io::Error>,
}

impl Rejects {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, failed: None }
    }

    /// Puts a row aside.
    pub(super) fn add(&mut self, rejected: &Rejected<'_>) {
        if self.failed.is_none() {
            self.failed = self.write(rejected).err();
        }
    }

    fn write(&mut self, rejected: &Rejected<'_>) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(created(&self.path)?),
        };
        let (line, reason) = (rejected.line.to_string(), rejected.reason.to_string());
        let row: Cow<'_, str> = String::from_utf8_lossy(rejected.row);
        file.write_record([line.as_str(), &reason, &row])?;
        Ok(())
    }

    /// Whatever is still in memory is written.
    ///
    /// # Errors
    /// The first error that a write met.
    pub(super) fn finish(self) -> io::Result<()> {
        match (self.failed, self.file) {
            (Some(failed), _) => Err(failed),
            (None, Some(mut file)) => file.flush(),
            (None, None) => Ok(()),
        }
    }
}

fn created(path: &Path) -> io::Result<csv::Writer<BufWriter<File>>> {
    let mut file = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
    file.write_record(["line", "reason", "row"])?;
    Ok(file)
}
