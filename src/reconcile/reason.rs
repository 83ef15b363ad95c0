//! Why a row was put aside.

use super::lines::LONGEST;
use crate::scenario::Field;

/// Why a row was put aside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Other bytes than UTF-8 has.
    #[error("is not UTF-8 from byte {0} on")]
    Encoding(usize),
    /// More than a row may have.
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
    /// A quote was opened, and nothing near closes it.
    #[error("opens a quote that is not closed within {0} lines")]
    OpenQuote(u32),
    /// More or fewer cells than the header names.
    #[error("has {found} cells, and the header {expected}")]
    Cells {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// No JSON object.
    #[error("is no JSON object: {0}")]
    NotJson(String),
    /// A JSON value that is no text or number.
    #[error("`{0}` is no text, number, true, false or null")]
    Nested(&'static str),
    /// The same key twice.
    #[error("says `{0}` twice")]
    Twice(&'static str),
    /// Nothing where something is needed.
    #[error("says no `{0}`")]
    Missing(&'static str),
    /// Neither an id nor day and amount.
    #[error("says neither click, transaction nor account, nor amount and currency")]
    NoIds,
    /// No instant.
    #[error(
        "`{field}` is `{text}`, which is no time (such as 2026-11-01T12:00:00Z, 2026-11-01 12:00:00, or Unix seconds)"
    )]
    Stamp {
        /// Which field.
        field: &'static str,
        /// What it says.
        text: String,
    },
    /// A time that the zone's clocks never showed, or out of range.
    #[error("`{field}` is `{text}`, which is no time of the log's zone")]
    Zone {
        /// Which field.
        field: &'static str,
        /// What it says.
        text: String,
    },
    /// A comma where a point was expected.
    #[error("the amount `{0}` has a comma; if that is the decimal mark, say --decimal ,")]
    Comma(String),
    /// No amount.
    #[error("the amount `{0}` is no decimal number")]
    Amount(String),
    /// No currency.
    #[error("the currency `{0}` is no active ISO 4217 code")]
    Currency(String),
    /// Neither true nor false.
    #[error("`{field}` is `{text}`, which is neither true nor false")]
    Truth {
        /// Which field.
        field: &'static str,
        /// What it says.
        text: String,
    },
}

impl Reason {
    pub(super) fn missing(field: Field) -> Self {
        Self::Missing(field.name())
    }

    /// The kind, by which reasons are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "not UTF-8",
            Self::TooLong => "too long",
            Self::OpenQuote(_) => "open quote",
            Self::Cells { .. } => "another number of cells",
            Self::NotJson(_) | Self::Nested(_) => "not JSON as expected",
            Self::Twice(_) => "said twice",
            Self::Missing(_) | Self::NoIds => "something missing",
            Self::Stamp { .. } | Self::Zone { .. } => "no time",
            Self::Comma(_) => "comma in the amount",
            Self::Amount(_) => "no amount",
            Self::Currency(_) => "no currency",
            Self::Truth { .. } => "neither true nor false",
        }
    }
}

/// Longest excerpt of a cell in a reason.
const EXCERPT: usize = 40;

/// The beginning of a cell, fit to be shown: a dot stands for each control character.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).map(|character| if character.is_control() { '·' } else { character }).collect()
}
