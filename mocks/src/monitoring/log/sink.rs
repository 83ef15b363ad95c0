//! Where lines go.

use std::io::{self, Write};

use jiff::Timestamp;

use super::file::LogFile;

/// Something that takes lines. The writer's thread alone uses it, so it may block.
pub(super) trait Sink: Send {
    /// Takes one whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<()>;

    /// Hands on what it has taken.
    fn flush(&mut self) -> io::Result<()>;

    /// Removes lines from before `before`, and says how many; nought when there are none left.
    fn delete_older(&mut self, before: Timestamp) -> io::Result<u64>;
}

/// Standard error, which keeps nothing that could be removed.
pub(super) struct StandardError;

impl Sink for StandardError {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        io::stderr().write_all(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }

    fn delete_older(&mut self, _before: Timestamp) -> io::Result<u64> {
        Ok(0)
    }
}

impl Sink for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.append(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush()
    }

    fn delete_older(&mut self, before: Timestamp) -> io::Result<u64> {
        self.remove_before(before)
    }
}
