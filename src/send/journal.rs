//! Journals: files of one JSON object a line, in the run's folder. They are evidence, so a write that fails
//! is remembered and told at the end, while the run goes on.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// An append-only file of JSON lines, shared by everyone who writes to it.
pub struct Journal {
    state: Mutex<State>,
}

struct State {
    file: BufWriter<File>,
    lines: u64,
    failed: Option<std::io::Error>,
}

impl Journal {
    /// Creates the file.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        Ok(Self { state: Mutex::new(State { file, lines: 0, failed: None }) })
    }

    /// Opens the file, and goes on behind what stands in it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn append(path: &Path) -> std::io::Result<Self> {
        let file = BufWriter::new(File::options().create(true).append(true).open(path)?);
        Ok(Self { state: Mutex::new(State { file, lines: 0, failed: None }) })
    }

    /// Adds a line. Buffered writes are short, so holding the lock from asynchronous code is too.
    pub fn add(&self, line: &impl Serialize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_some() {
            return;
        }
        let written = serde_json::to_writer(&mut state.file, line).map_err(std::io::Error::from);
        let written = written.and_then(|()| state.file.write_all(b"\n"));
        match written {
            Ok(()) => state.lines += 1,
            Err(error) => state.failed = Some(error),
        }
    }

    /// Brings everything to the file and tells how many lines there are.
    ///
    /// # Errors
    /// The first error that any write met.
    pub fn finish(&self) -> std::io::Result<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.failed.take() {
            return Err(error);
        }
        state.file.flush()?;
        state.file.get_ref().sync_all()?;
        Ok(state.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_and_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("j.ndjson");
        let journal = Journal::create(&path).expect("created");
        journal.add(&serde_json::json!({"a": 1}));
        journal.add(&serde_json::json!({"b": "x\ny"}));
        assert_eq!(journal.finish().expect("written"), 2);
        assert_eq!(std::fs::read_to_string(path).expect("read"), "{\"a\":1}\n{\"b\":\"x\\ny\"}\n");
    }

    #[test]
    fn a_full_disk_is_told_at_the_end() {
        let journal = Journal::create(Path::new("/dev/full")).expect("opened");
        journal.add(&serde_json::json!({"a": 1}));
        assert!(journal.finish().is_err());
    }
}
