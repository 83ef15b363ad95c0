//! Retention: what has been kept for long enough is removed (seed 003 §9).
//!
//! `plan` says what is too old, `job` asks those who keep it to remove it, slice by slice, and `walk` is how they go
//! through a table, `report` what came of the last time.

mod job;
mod plan;
mod report;
mod walk;

use std::pin::Pin;

use jiff::Timestamp;

pub(crate) use job::{Job, Keepers};
pub(crate) use plan::{KINDS, Kind, Limits};
pub(crate) use report::Report;
pub(crate) use walk::{Stretch, Walk};

/// A removal under way: how many things it removed.
pub(crate) type Removal<'a> = Pin<Box<dyn Future<Output = Result<u64, RetainError>> + Send + 'a>>;

/// Someone who keeps things that grow old.
pub(crate) trait Retain: Send + Sync {
    /// Removes things of that kind from before `before`, at most about `limit` of them, and says how many they were;
    /// nought when there are none left. For [`Kind::ClickParameters`] and [`Kind::Payloads`] to remove is to blank:
    /// the id and the credit stay.
    fn delete_older(&self, kind: Kind, before: Timestamp, limit: u32) -> Removal<'_>;
}

/// A keeper could not remove anything now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keeper is busy or cannot be written; it is asked again the next time")]
pub(crate) struct RetainError;
