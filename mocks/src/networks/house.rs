//! The networks as one thing: start, addresses, stop.

use std::io;

use super::doors;
use super::tables::SHAPE;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, Writer};

/// The networks, with the database they share.
#[derive(Debug, Clone)]
pub(crate) struct Networks {
    pub(super) writer: Writer,
    /// Where their click links lead.
    pub(super) landing: String,
    pub(super) clock: Clock,
}

/// Networks that cannot be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Their database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The thread that owns the database did not come up.
    #[error("cannot start the thread that owns the networks' database: {0}")]
    Thread(#[source] io::Error),
}

impl Networks {
    /// Opens the networks' database. `base_url` is the stack's own address, where the landing pages are.
    pub(crate) fn start(database: &Database, base_url: &str, clock: Clock) -> Result<Self, OpenError> {
        let writer = Writer::start(database.open(&SHAPE)?, "networks").map_err(OpenError::Thread)?;
        Ok(Self { writer, landing: format!("{base_url}/landing"), clock })
    }

    /// Their endpoints.
    pub(crate) fn routes(&self) -> axum::Router {
        doors::routes(self.clone())
    }

    /// Writes what waits and closes the database.
    pub(crate) async fn close(&self) -> io::Result<()> {
        self.writer.close().await
    }
}
