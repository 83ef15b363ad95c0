//! The board on which Prometheus finds the figures of a load while it goes on. It is there before the load begins and until
//! its report is written, so that the last scrape finds the last figures.

use bytes::Bytes;
use tokio::sync::watch;

use super::LoadOptions;
use crate::load::{Door, Exposition, Tick};
use crate::run::{RunError, RunEvent};
use crate::scenario::Scenario;

/// Where the figures of a load are shown.
pub(in crate::run) struct Board {
    door: Door,
}

/// What is shown on it.
pub(in crate::run) struct Shown {
    figures: Exposition,
    pages: watch::Sender<Bytes>,
}

impl Board {
    /// Puts up the board that was asked for, with a load on it that has not begun, and tells where it is.
    ///
    /// # Errors
    /// When nobody can listen there.
    pub(in crate::run) async fn open(options: &LoadOptions, scenario: &Scenario) -> Result<Option<Self>, RunError> {
        let Some(address) = options.metrics else { return Ok(None) };
        let door = Door::open(address).await.map_err(|error| {
            RunError::undone(
                format!("nobody can listen on {address}: {error}"),
                "choose another address with --metrics-listen; port 0 takes a free one",
            )
        })?;
        let board = Self { door };
        board.begin(scenario);
        (options.watch)(&RunEvent::Metrics(board.door.address()));
        Ok(Some(board))
    }

    /// Shows a load in which nothing has happened yet.
    pub(in crate::run) fn begin(&self, scenario: &Scenario) -> Shown {
        let shown = Shown { figures: Exposition::new(&scenario.load, &scenario.sla), pages: self.door.pages() };
        shown.show();
        shown
    }
}

impl Shown {
    /// Adds a second.
    pub(in crate::run) fn add(&mut self, tick: &Tick) {
        self.figures.add(tick);
        self.show();
    }

    fn show(&self) {
        self.pages.send_replace(self.figures.page().into());
    }
}
