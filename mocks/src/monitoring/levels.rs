//! What is asked for when somebody looks, because whoever holds it knows it best: the books and the queue.
//!
//! The figures are read and not added up here, so that they are those of `/totals` and `/queue`, also after a restart.

use std::pin::Pin;

use super::BookTotals;

/// An answer under way: what the books hold in all, or nothing when they cannot be read now.
pub(crate) type Asked<'a> = Pin<Box<dyn Future<Output = Option<BookTotals>> + Send + 'a>>;

/// The postback that waits longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oldest {
    /// Nothing waits.
    None,
    /// It was accepted then: milliseconds since 1970, UTC.
    Since(i64),
}

/// An answer under way: since when the oldest waits, or nothing when the queue cannot be read now.
pub(crate) type Waited<'a> = Pin<Box<dyn Future<Output = Option<Oldest>> + Send + 'a>>;

/// Somebody who holds the books and the queue.
pub(crate) trait Levels: Send + Sync {
    /// How many postbacks are accepted and not booked.
    fn queue_depth(&self) -> u64;

    /// Since when the oldest of them waits.
    fn oldest_waiting(&self) -> Waited<'_>;

    /// What the books hold in all.
    fn books(&self) -> Asked<'_>;
}
