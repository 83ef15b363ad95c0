//! Reconciliation: exported logs of conversions in whatever form they come, read into sightings that `attribution` compares. Rows that
//! cannot be read are handed back one by one with their line and reason; opening files and writing them down is left to `run`.

mod columns;
mod csv;
mod dimension;
mod error;
mod form;
mod inflated;
mod intake;
mod lines;
mod ndjson;
mod reason;
mod row;
mod stamp;
mod unmatched;

pub use columns::ColumnMap;
pub use error::LogError;
pub use intake::{Intake, LogSettings, Rejected, read_log};
pub use reason::Reason;
pub use unmatched::{Unmatched, unmatched};
