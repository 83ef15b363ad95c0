//! The seconds of a closed load, told to the same chronicle as those of an open one: so both leave the same files, show the
//! same figures while they go on, and are compared and merged alike.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::Players;
use crate::load::{Figures, Fired, LoadRecord, Shard, Tick};
use crate::model::Record;
use crate::run::journey::Ground;
use crate::run::load::board::Board;
use crate::run::load::canaries::Canary;
use crate::run::load::chronicle::Chronicle;
use crate::run::load::course::identity;
use crate::run::stopwatch::Lap;
use crate::run::summary::Setting;
use crate::run::{RunError, clock};
use crate::scenario::Scenario;

/// Takes down what happens, second by second.
pub(super) struct Seconds {
    chronicle: Chronicle,
    record: LoadRecord,
    /// All seconds together.
    fired: Fired,
    /// The second that is going on.
    now: u64,
    /// Whether somebody watches the way of acknowledged events into the books.
    pub(super) watched: bool,
}

impl Seconds {
    /// Begins the files of a load.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn begin(
        ground: &Ground<'_>,
        canaries: Option<UnboundedSender<Canary>>,
        board: Option<&Board>,
    ) -> Result<Self, RunError> {
        let Ground { scenario, inputs, folder, site, watch, .. } = *ground;
        let setting = Setting { command: "load", scenario, inputs, run_id: folder.run_id(), site, again: "" };
        let watched = canaries.is_some();
        let canaries = canaries.unwrap_or_else(|| unbounded_channel().0);
        Ok(Self {
            chronicle: Chronicle::begin(scenario, folder, watch, canaries, board)?,
            record: LoadRecord::new(identity(scenario, site, &setting.signing(), inputs), Shard::WHOLE, clock::now()),
            fired: Fired { figures: Figures::new(&scenario.sla), journeys: 0, given_up: 0, failed: Vec::new() },
            now: 0,
            watched,
        })
    }

    /// Takes every second down when it is over, for as long as it is let.
    pub(super) async fn pass(&mut self, players: &Players) -> Infallible {
        loop {
            tokio::time::sleep_until(players.began + Duration::from_secs(self.now + 1)).await;
            self.tick(players);
        }
    }

    /// Takes down what is left, and ends the files.
    pub(super) fn end(mut self, players: &Players) -> LoadRecord {
        self.tick(players);
        self.fired.journeys = players.told(|told| told.turnout.begun);
        self.chronicle.end(&mut self.record, &self.fired);
        self.record
    }

    fn tick(&mut self, players: &Players) {
        let Some(stopwatch) = &players.field.courier.stopwatch else { return };
        let Scenario { load, sla, .. } = &players.field.scenario;
        let Lap { records, canaries } = stopwatch.lap();
        let mut figures = Figures::new(sla);
        for record in &records {
            figures.attempt(record, took(record), sla);
            figures.ends.in_plan += u64::from(is_answered_within(record, load.lasts()));
        }
        self.fired.figures.merge(&figures);
        let in_flight = players.at_once.load(Ordering::Relaxed);
        self.chronicle.tick(&Tick { second: self.now, figures, records, canaries, in_flight }, &mut self.record);
        self.now += 1;
    }
}

/// Players have no schedule, so a response takes as long as its service.
fn took(record: &Record) -> Duration {
    Duration::from_micros(record.response_us.into())
}

/// Whether a complete answer came before the last stage ended.
fn is_answered_within(record: &Record, lasts: Duration) -> bool {
    let ended = Duration::from_millis(record.scheduled_ms.into()) + took(record);
    let answered = record.outcome.is_ok() || record.outcome.status().is_some();
    answered && ended <= lasts
}
