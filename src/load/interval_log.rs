//! `latency.hlog`: one histogram a second for each series of latencies, in the interval log format of `HdrHistogram` (V2,
//! deflated), in microseconds. Standard tools read it. Latencies beyond 60 s are clamped; how many there are stands in a
//! comment before their histogram, which those tools pass over.
//!
//! Series are named by tags: `response`, `service`, `lag`, `response.stage.<name>`, `response.event.<kind>`. The format has no
//! room for spaces and commas in tags; such characters are written as `%20`, and read back as what they were.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::interval_log::{
    IntervalLogIterator, IntervalLogWriterBuilder, IntervalLogWriterError, LogEntry, Tag,
};
use hdrhistogram::serialization::{Deserializer, V2DeflateSerializer};
use jiff::Timestamp;

use super::tag;
use crate::stats::Latency;

/// Longest line that is read: the largest histogram of these bounds takes a tenth of it.
const LONGEST_LINE: u64 = 4 << 20;

/// What stands before the number of clamped latencies.
const CLAMPED: &str = "#[Clamped: ";

/// What the file is, for whoever opens it.
const ABOUT: &str = "latencies in microseconds, clamped at 60 s; one histogram a second for each tag";

/// Writes an interval log.
pub struct IntervalLog {
    out: BufWriter<File>,
    serializer: V2DeflateSerializer,
    second: u64,
}

/// One histogram of an interval log.
#[derive(Clone, Debug)]
pub struct Interval {
    /// The second after the beginning of the load in which its latencies were recorded.
    pub second: u64,
    /// The series.
    pub tag: String,
    /// Its latencies.
    pub latency: Latency,
}

/// Why an interval log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IntervalError {
    /// The file cannot be opened or read.
    #[error("the interval log {path} cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is none of an interval log that postproof wrote.
    #[error("line {line} of the interval log {path} {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl IntervalLog {
    /// Begins a log of a load that began at that instant.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(path: &Path, began: Timestamp) -> io::Result<Self> {
        let mut log =
            Self { out: BufWriter::new(File::create(path)?), serializer: V2DeflateSerializer::new(), second: 0 };
        let mut header = IntervalLogWriterBuilder::new();
        header.add_comment(ABOUT).with_start_time(began.into());
        header.begin_log_with(&mut log.out, &mut log.serializer)?;
        Ok(log)
    }

    /// Writes the latencies that a series had in a second; one without any takes no line.
    ///
    /// # Errors
    /// When the file cannot be written, or when the second is before that of an earlier line.
    pub fn write(&mut self, second: u64, tag: &str, latency: &Latency) -> io::Result<()> {
        if second < self.second {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "seconds of an interval log go forward"));
        }
        self.second = second;
        if latency.count() == 0 {
            return Ok(());
        }
        if latency.clamped() > 0 {
            writeln!(self.out, "{CLAMPED}{}]", latency.clamped())?;
        }
        let tag = tag::written(tag);
        let tag = Tag::new(&tag);
        // A builder without headers writes none; the library's writer borrows the file, so it cannot be kept.
        let mut writer = IntervalLogWriterBuilder::new().begin_log_with(&mut self.out, &mut self.serializer)?;
        let (start, lasts) = (Duration::from_secs(second), Duration::from_secs(1));
        writer.write_histogram(latency.histogram(), start, lasts, tag).map_err(|error| match error {
            IntervalLogWriterError::IoError(error) => error,
            IntervalLogWriterError::SerializeError(error) => io::Error::other(error.to_string()),
        })
    }

    /// Brings what was written so far to the file.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()
    }
}

/// Reads an interval log, histogram by histogram; after an error there are no more.
pub struct Intervals {
    path: PathBuf,
    input: BufReader<File>,
    deserializer: Deserializer,
    line: u64,
    second: u64,
    clamped: u64,
    ended: bool,
}

impl Intervals {
    /// Opens a log.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, IntervalError> {
        let file = File::open(path).map_err(|source| IntervalError::Io { path: path.to_path_buf(), source })?;
        Ok(Self {
            path: path.to_path_buf(),
            input: BufReader::new(file),
            deserializer: Deserializer::new(),
            line: 0,
            second: 0,
            clamped: 0,
            ended: false,
        })
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, IntervalError> {
        Err(IntervalError::Line { path: self.path.clone(), line: self.line, what })
    }

    /// The next line that is whole; `None` at the end.
    fn line(&mut self) -> Result<Option<Vec<u8>>, IntervalError> {
        let mut line = Vec::new();
        self.line += 1;
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        match read {
            Err(source) => Err(IntervalError::Io { path: self.path.clone(), source }),
            Ok(0) => Ok(None),
            Ok(_) if line.ends_with(b"\n") => Ok(Some(line)),
            Ok(_) => self.wrong("is cut off"),
        }
    }

    fn read(&mut self) -> Result<Option<Interval>, IntervalError> {
        while let Some(line) = self.line()? {
            if let Some(clamped) = line.strip_prefix(CLAMPED.as_bytes()) {
                let number = std::str::from_utf8(clamped).ok().and_then(|text| text.trim_end().strip_suffix(']'));
                match number.and_then(|number| number.parse().ok()) {
                    Some(clamped) => self.clamped = clamped,
                    None => return self.wrong("has no number of clamped latencies"),
                }
                continue;
            }
            match IntervalLogIterator::new(&line).next() {
                None | Some(Ok(LogEntry::StartTime(_) | LogEntry::BaseTime(_))) => {}
                Some(Err(_)) => return self.wrong("is none of an interval log"),
                Some(Ok(LogEntry::Interval(entry))) => {
                    let (second, tag) = (entry.start_timestamp().as_secs(), entry.tag());
                    let tag = tag.map_or_else(String::new, |written| tag::read(written.as_str()));
                    return self.interval(second, tag, entry.encoded_histogram()).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn interval(&mut self, second: u64, tag: String, encoded: &str) -> Result<Interval, IntervalError> {
        if second < self.second {
            return self.wrong("goes back in time");
        }
        self.second = second;
        let bytes = STANDARD.decode(encoded).ok();
        let Some(histogram) = bytes.and_then(|bytes| self.deserializer.deserialize::<u64, _>(&mut &bytes[..]).ok())
        else {
            return self.wrong("holds no histogram");
        };
        match Latency::from_histogram(histogram, std::mem::take(&mut self.clamped)) {
            Some(latency) => Ok(Interval { second, tag, latency }),
            None => self.wrong("holds a histogram of other bounds than 1 µs to 60 s with 3 digits"),
        }
    }
}

impl Iterator for Intervals {
    type Item = Result<Interval, IntervalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.read().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

#[cfg(test)]
mod tests;
