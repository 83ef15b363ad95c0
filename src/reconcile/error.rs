//! Why a log was not read at all. Rows that alone are wrong are no errors but `Reason`s.

use std::io;

/// A log that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is text in another encoding, or no text at all.
    #[error("it is {what}, and logs are CSV or one JSON object a line, in UTF-8, plain or gzip")]
    Form {
        /// What it seems to be.
        what: &'static str,
    },
    /// A column that is needed is not there.
    #[error("it has no column for {missing}; there are: {found}")]
    Columns {
        /// What was looked for.
        missing: String,
        /// The columns that are there.
        found: String,
    },
    /// A column that was named is not there.
    #[error("it has no column `{column}`, which was named for {field}; there are: {found}")]
    Mapped {
        /// The column.
        column: String,
        /// What it was to say.
        field: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// No row is about a first deposit.
    #[error("none of its {rows} rows is a first deposit; their events are: {events}")]
    Events {
        /// Rows in all.
        rows: u64,
        /// What the event column says.
        events: String,
    },
    /// It broke off.
    #[error("it cannot be read beyond line {lines} ({bytes} bytes of text): {source}")]
    Broken {
        /// Lines that were read.
        lines: u64,
        /// Bytes of text that were read, uncompressed.
        bytes: u64,
        /// What went wrong.
        source: io::Error,
    },
    /// It has more rows or texts than a comparison holds.
    #[error("it has more than 4 GiB of ids, or 4 billion rows; compare it by days")]
    TooLarge,
}

impl LogError {
    /// What to do about it.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::Empty => "export it again",
            Self::Form { .. } => "export it as CSV with a header line, or as one JSON object a line",
            Self::Columns { .. } => {
                "name the column: --map cookie.ts_event=Time (or s2s.…); the fields are listed by --help"
            }
            Self::Mapped { .. } => "name one of the columns that are there",
            Self::Events { .. } => "name the event of a first deposit with --event NAME",
            Self::Broken { .. } => "fetch the file again; the copy is cut off or damaged",
            Self::TooLarge => "compare it by days",
        }
    }
}
