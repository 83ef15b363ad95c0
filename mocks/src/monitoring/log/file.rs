//! A log file of bounded size: when it is full it becomes `FILE.1`, the one before it `FILE.2`, and the oldest goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::line::{moment, moment_of};

/// Longest line that is read back; a written one is far shorter. What lies beyond counts as a line of its own.
const MAX_LINE: u64 = 4096;

/// Where the log is kept and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file that is written.
    pub(crate) path: PathBuf,
    /// Bytes after which it is full.
    pub(crate) max_bytes: u64,
    /// How many full ones are kept beside it.
    pub(crate) keep: u32,
}

/// The file and those that were full.
pub(super) struct LogFile {
    place: Place,
    file: BufWriter<File>,
    size: u64,
}

impl LogFile {
    /// Opens the file, or goes on with it.
    pub(super) fn open(place: Place) -> io::Result<Self> {
        let (file, size) = appended(&place.path)?;
        Ok(Self { place, file, size })
    }

    /// Adds a line, after making room for it.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let length = line.len() as u64;
        if self.size > 0 && self.size + length > self.place.max_bytes {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.size += length;
        Ok(())
    }

    /// Hands what is buffered to the system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Removes the lines from before `before` in one file, the oldest that has any, and says how many they were.
    pub(super) fn remove_before(&mut self, before: Timestamp) -> io::Result<u64> {
        self.file.flush()?;
        let before = moment(before);
        for number in (0..=self.place.keep).rev() {
            let path = self.numbered(number);
            if !begins_before(&path, before.as_bytes())? {
                continue;
            }
            let removed = rewrite(&path, before.as_bytes())?;
            if number == 0 {
                (self.file, self.size) = appended(&path)?;
            } else if fs::metadata(&path)?.len() == 0 {
                fs::remove_file(&path)?;
            }
            return Ok(removed);
        }
        Ok(0)
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file.flush()?;
        for number in (0..self.place.keep).rev() {
            match fs::rename(self.numbered(number), self.numbered(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.place.keep == 0 {
            fs::remove_file(&self.place.path)?;
        }
        (self.file, self.size) = appended(&self.place.path)?;
        Ok(())
    }

    /// `FILE` for nought, else `FILE.number`.
    fn numbered(&self, number: u32) -> PathBuf {
        if number == 0 {
            return self.place.path.clone();
        }
        let mut name = self.place.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

fn appended(path: &Path) -> io::Result<(BufWriter<File>, u64)> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let size = file.metadata()?.len();
    Ok((BufWriter::new(file), size))
}

/// Whether the first line of a file is older. Lines come in the order of their time, so the others are not then.
fn begins_before(path: &Path, before: &[u8]) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    let mut lines = BufReader::new(file);
    Ok(read_line(&mut lines)?.is_some_and(|line| is_older(&line, before)))
}

/// Writes a file anew without its older lines.
fn rewrite(path: &Path, before: &[u8]) -> io::Result<u64> {
    let mut beside = path.to_path_buf().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut lines = BufReader::new(File::open(path)?);
    let mut kept = BufWriter::new(File::create(&beside)?);
    let mut removed = 0;
    while let Some(line) = read_line(&mut lines)? {
        if is_older(&line, before) {
            removed += 1;
        } else {
            kept.write_all(&line)?;
        }
    }
    kept.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    // The new file takes the old one's place at once: no line that is to stay is ever missing.
    fs::rename(&beside, path)?;
    Ok(removed)
}

/// Lines that tell no time are nobody's, and are removed with the old ones.
fn is_older(line: &[u8], before: &[u8]) -> bool {
    moment_of(line).is_none_or(|moment| moment < before)
}

fn read_line(lines: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    io::Read::take(lines, MAX_LINE).read_until(b'\n', &mut line)?;
    Ok(if line.is_empty() { None } else { Some(line) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::log::{Line, Outcome, Room};

    fn place(folder: &tempfile::TempDir, max_bytes: u64, keep: u32) -> Place {
        Place { path: folder.path().join("stack.log"), max_bytes, keep }
    }

    fn line_of(day: u32) -> Vec<u8> {
        let mut out = Vec::new();
        Line::new(at(day), Room::Tracker, Outcome::Booked).write(&mut out);
        out
    }

    fn at(day: u32) -> Timestamp {
        format!("2026-11-{day:02}T10:00:00Z").parse().expect("an instant")
    }

    fn days(path: &Path) -> Vec<String> {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().map(|line| line[15..17].to_owned()).collect()
    }

    #[test]
    fn a_full_file_moves_on_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(&folder, 2 * line_of(1).len() as u64, 2);
        let mut file = LogFile::open(place.clone()).expect("opens");
        for day in 1..=9 {
            file.append(&line_of(day)).expect("written");
        }
        file.flush().expect("flushed");
        let shown = |number| days(&file.numbered(number));
        assert_eq!(
            (shown(0), shown(1), shown(2)),
            (vec!["09".into()], vec!["07".into(), "08".into()], vec!["05".into(), "06".into()])
        );
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
        drop(file);
        let mut file = LogFile::open(place).expect("goes on");
        file.append(&line_of(10)).expect("written");
        file.append(&line_of(11)).expect("written");
        file.flush().expect("flushed");
        assert_eq!(days(&file.numbered(0)), ["11"], "the size of what stood there counts");
    }

    #[test]
    fn without_a_place_for_full_files_the_log_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = LogFile::open(place(&folder, 10, 0)).expect("opens");
        for day in 1..=3 {
            file.append(&line_of(day)).expect("written");
        }
        file.flush().expect("flushed");
        assert_eq!(days(&file.numbered(0)), ["03"]);
    }

    #[test]
    fn old_lines_are_removed_file_by_file_and_later_ones_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = LogFile::open(place(&folder, 3 * line_of(1).len() as u64, 3)).expect("opens");
        for day in 1..=8 {
            file.append(&line_of(day)).expect("written");
        }
        let mut removed = Vec::new();
        loop {
            match file.remove_before(at(8)).expect("removed") {
                0 => break,
                count => removed.push(count),
            }
        }
        assert_eq!(removed, [3, 3, 1]);
        assert!(!file.numbered(2).exists() && !file.numbered(1).exists(), "empty ones go");
        file.append(&line_of(9)).expect("written");
        file.flush().expect("flushed");
        assert_eq!(days(&file.numbered(0)), ["08", "09"]);
        assert_eq!(file.remove_before(at(8)).expect("nothing to do"), 0);
    }
}
