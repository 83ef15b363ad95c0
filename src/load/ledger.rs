//! The ledger of a load on disk: [`Record`]s of 24 bytes behind a header of the same length, in one file for each sending
//! thread. Writing never waits for the disk in the thread that sends, unless the disk falls far behind; reading goes over
//! all files of a folder. What the records prove is the oracle's to say.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::buffers::{Buffers, Closed};
use crate::model::Record;

/// What a ledger begins with; its length is that of a record.
const HEADER: [u8; Record::SIZE] = *b"postproof.ledger/1\n\0\0\0\0\0";

/// Records that are handed to the disk at once: close to 64 KiB.
const RECORDS: usize = (64 << 10) / Record::SIZE;

/// Buffers that wait for the disk, 4 MiB: 1.7 seconds at 100,000 attempts a second.
const WAITING: usize = 64;

/// Longest wait for the disk, in the sending thread and at the end. A disk that hangs for longer counts as broken.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a ledger is not whole.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A file or folder cannot be opened, written or read.
    #[error("the ledger {path} cannot be used: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The disk took no more, and what came after it is missing.
    #[error("{missing} attempts are missing from the ledger {path}: {source}")]
    Unwritten {
        /// The file.
        path: PathBuf,
        /// Records that were handed over and not written, or not handed over at all.
        missing: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file does not begin like a ledger.
    #[error("{path} is no ledger of a load, or one of another version")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The last record is cut off, as when a process is killed.
    #[error("the last record of the ledger {path} is cut off: {bytes} of {size} bytes are there", size = Record::SIZE)]
    Torn {
        /// The file.
        path: PathBuf,
        /// Bytes that are there.
        bytes: usize,
    },
    /// Bytes that are no record; what comes after them is not read.
    #[error("record {number} of the ledger {path} is none: the file is damaged")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The record's number, from 0.
        number: u64,
    },
}

/// Writes the ledger of one sending thread.
///
/// When the disk is slower than the load for so long that 64 buffers are full, the sending thread waits for it:
/// evidence is never thrown away for speed, and the wait shows as dispatch lag, which makes the latency verdict inconclusive.
#[derive(Debug)]
pub struct LedgerWriter {
    path: PathBuf,
    buffer: Vec<u8>,
    buffers: Arc<Buffers>,
    writer: JoinHandle<()>,
    written: Written,
    missing: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Records.
    pub records: u64,
    /// How often the sending thread had to wait for the disk.
    pub waits: u64,
    /// How long it waited in all.
    pub waited: Duration,
}

impl LedgerWriter {
    /// Begins `ledger-<number>.bin` in a folder.
    ///
    /// # Errors
    /// When the file cannot be written, or no thread can be started.
    pub fn create(folder: &Path, number: u32) -> Result<Self, LedgerError> {
        Self::at(folder.join(file_name(number)))
    }

    fn at(path: PathBuf) -> Result<Self, LedgerError> {
        let failed = |source| LedgerError::Io { path: path.clone(), source };
        let mut file = File::create(&path).map_err(failed)?;
        file.write_all(&HEADER).map_err(failed)?;
        let buffers = Arc::new(Buffers::new(WAITING));
        let theirs = Arc::clone(&buffers);
        let writer = std::thread::Builder::new().name("ledger".to_owned()).spawn(move || drain(file, &theirs));
        let writer = writer.map_err(failed)?;
        let buffer = Vec::with_capacity(RECORDS * Record::SIZE);
        Ok(Self { path, buffer, buffers, writer, written: Written::default(), missing: 0 })
    }

    /// Adds a record. That a disk is full or broken is told by [`Self::finish`].
    pub fn add(&mut self, record: &Record) {
        self.extend(&record.bytes());
    }

    /// Adds records that are bytes already; a part of one at the end is left out.
    pub fn extend(&mut self, records: &[u8]) {
        for record in records.chunks_exact(Record::SIZE) {
            self.buffer.extend_from_slice(record);
            if self.buffer.len() >= RECORDS * Record::SIZE {
                self.flush();
            }
        }
    }

    /// Hands over what has gathered, so that a process that is killed loses no more than what came after it.
    pub fn flush(&mut self) {
        let records = (self.buffer.len() / Record::SIZE) as u64;
        if records == 0 {
            return;
        }
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(RECORDS * Record::SIZE));
        match self.buffers.put(full, PATIENCE) {
            Ok(waited) => {
                self.written.records += records;
                self.written.waits += u64::from(!waited.is_zero());
                self.written.waited += waited;
            }
            Err(Closed) => self.missing += records,
        }
    }

    /// Whether the disk has taken everything so far.
    pub fn is_whole(&self) -> bool {
        self.missing == 0 && !self.buffers.has_failed()
    }

    /// Brings everything to the disk, waiting for it no longer than some seconds.
    ///
    /// # Errors
    /// When the disk did not take everything: the evidence is incomplete.
    pub fn finish(mut self) -> Result<Written, LedgerError> {
        self.flush();
        self.buffers.close();
        match self.buffers.drained(Instant::now() + PATIENCE) {
            Ok(()) => {
                // The thread has nothing left to do but to end.
                let _ = self.writer.join();
                Ok(self.written)
            }
            Err((source, left)) => {
                let missing = self.missing + left.div_ceil(Record::SIZE as u64);
                Err(LedgerError::Unwritten { path: self.path, missing, source })
            }
        }
    }
}

/// Writes buffers until there are no more or the disk takes none.
fn drain(mut file: File, buffers: &Buffers) {
    let ended = loop {
        let Some(buffer) = buffers.take() else { break file.sync_all() };
        if let Err(error) = file.write_all(&buffer) {
            break Err(error);
        }
        buffers.done(buffer.len());
    };
    buffers.end(ended);
}

/// The ledgers of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledgers {
    files: Vec<PathBuf>,
}

impl Ledgers {
    /// Finds the ledgers of a folder, by their numbers. There may be none.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn of(folder: &Path) -> Result<Self, LedgerError> {
        let failed = |source| LedgerError::Io { path: folder.to_path_buf(), source };
        let mut files: Vec<(u32, PathBuf)> = Vec::new();
        for entry in folder.read_dir().map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let number = path.file_name().and_then(|name| name.to_str()).and_then(file_number);
            files.extend(number.map(|number| (number, path)));
        }
        files.sort_unstable();
        Ok(Self { files: files.into_iter().map(|(_, path)| path).collect() })
    }

    /// Their files.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Every record, file by file. A file that breaks off yields one error, and the next file goes on; nothing is held in
    /// memory but the place.
    pub fn records(&self) -> impl Iterator<Item = Result<Record, LedgerError>> + '_ {
        self.files.iter().flat_map(|path| LedgerReader::new(path))
    }
}

/// Reads one ledger, record by record.
#[derive(Debug)]
pub struct LedgerReader {
    path: PathBuf,
    state: State,
    number: u64,
}

#[derive(Debug)]
enum State {
    Begun(BufReader<File>),
    Unopened(Option<io::Error>),
    Ended,
}

impl LedgerReader {
    /// Opens a ledger; that it cannot be opened is its first item.
    pub fn new(path: &Path) -> Self {
        let state = match File::open(path) {
            Ok(file) => State::Begun(BufReader::with_capacity(64 << 10, file)),
            Err(error) => State::Unopened(Some(error)),
        };
        Self { path: path.to_path_buf(), state, number: 0 }
    }

    /// The next bytes, or as many as are left.
    fn chunk(reader: &mut BufReader<File>) -> io::Result<([u8; Record::SIZE], usize)> {
        let (mut bytes, mut filled) = ([0; Record::SIZE], 0);
        while filled < bytes.len() {
            match reader.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok((bytes, filled))
    }

    fn read(&mut self) -> Option<Result<Record, LedgerError>> {
        let path = || self.path.clone();
        let reader = match &mut self.state {
            State::Begun(reader) => reader,
            State::Unopened(error) => return error.take().map(|source| Err(LedgerError::Io { path: path(), source })),
            State::Ended => return None,
        };
        if self.number == 0 {
            match Self::chunk(reader) {
                Ok((HEADER, Record::SIZE)) => self.number = 1,
                Ok(_) => return Some(Err(LedgerError::Foreign { path: path() })),
                Err(source) => return Some(Err(LedgerError::Io { path: path(), source })),
            }
        }
        match Self::chunk(reader) {
            Ok((_, 0)) => None,
            Ok((bytes, Record::SIZE)) => {
                self.number += 1;
                let damaged = |_| LedgerError::Damaged { path: path(), number: self.number - 2 };
                Some(Record::read(&bytes).map_err(damaged))
            }
            Ok((_, bytes)) => Some(Err(LedgerError::Torn { path: path(), bytes })),
            Err(source) => Some(Err(LedgerError::Io { path: path(), source })),
        }
    }
}

impl Iterator for LedgerReader {
    type Item = Result<Record, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.read();
        if !matches!(item, Some(Ok(_))) {
            self.state = State::Ended;
        }
        item
    }
}

/// The file's name of the ledger of that number.
pub fn file_name(number: u32) -> String {
    format!("ledger-{number}.bin")
}

fn file_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix("ledger-")?.strip_suffix(".bin")?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

#[cfg(test)]
mod tests;
