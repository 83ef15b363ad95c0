//! Whoever can list what was booked and clicked, page by page. The store is one; tests have another.

use std::future::Future;

use super::entry::{ClickEntry, Entry};
use super::methods::{Method, Place, Stretch};

/// The books and the click log.
pub(crate) trait Source: Send + Sync + 'static {
    /// Booked events with an id above `after`, by id.
    fn entries(&self, after: i64) -> impl Future<Output = Result<Page<Entry>, SourceError>> + Send;

    /// Logged clicks with an id above `after`, by id.
    fn clicks(&self, after: i64) -> impl Future<Output = Result<Page<ClickEntry>, SourceError>> + Send;

    /// First deposits as that method saw them, behind that place.
    fn sightings(&self, method: Method, after: Place) -> impl Future<Output = Result<Stretch, SourceError>> + Send;
}

/// Some rows in order. The source chooses how many; a thousand is a good page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// The rows; none when there is nothing behind.
    pub(crate) rows: Vec<T>,
    /// The highest id that there is as the page is read: a report ends where the books stood when it began.
    pub(crate) upto: i64,
}

/// The books could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the books cannot be read at the moment")]
pub(crate) struct SourceError;
