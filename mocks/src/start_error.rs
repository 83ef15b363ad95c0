//! Why a stack did not start, and what its owner can do about it.

use std::io;
use std::net::SocketAddr;

use crate::database::DatabaseError;
use crate::monitoring::StartFailed;
use crate::tracker::signature::SettingsError;

/// A stack that could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address, or port 0 for any free one")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// No secrets could be drawn.
    #[error("the system's random source gave nothing: {0}; give the secrets in the configuration")]
    Random(#[from] getrandom::Error),
    /// The thread that owns the database did not come up.
    #[error("cannot start the thread that owns the database: {0}; the process may be at its limit of threads")]
    Thread(#[source] io::Error),
    /// The books are kept in another currency than the terms report in.
    #[error(
        "the database keeps its books in {kept}, and the terms report in {asked}; report in {kept}, or name another file"
    )]
    ReportCurrency {
        /// The report currency of the books.
        kept: String,
        /// The report currency of the terms.
        asked: String,
    },
    /// What an earlier process left in the queue cannot be read.
    #[error("cannot take up the queue that an earlier process left: {0}; is another stack using the same database?")]
    Queue(&'static str),
    /// The tracker's signing secrets cannot be used.
    #[error("the tracker does not start: {0}")]
    Signature(#[from] SettingsError),
    /// Monitoring cannot be started.
    #[error(transparent)]
    Monitoring(#[from] StartFailed),
    /// The reports cannot ask the operator for its counts.
    #[error("the reports do not start: {0}")]
    Reports(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The operator cannot be started.
    #[error("the operator does not start: {0}")]
    Operator(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The other networks cannot be started.
    #[error("the networks do not start: {0}")]
    Networks(#[source] Box<dyn std::error::Error + Send + Sync>),
}
