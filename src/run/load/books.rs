//! The end of a load: its ledger goes before the oracle, and the books are read until they stand still.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::journey::Journeys;
use crate::load::Ledgers;
use crate::model::{Credit, Ids};
use crate::oracle::{Bulk, BulkProof, Clicks, Reading, Terms};
use crate::readback::ReadBack;
use crate::run::{RunError, RunEvent, Watch};
use crate::scenario::{JourneyPlan, Rate, Scenario};

/// First pause between two readings; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(200);
/// Longest pause between two readings.
const LONGEST: Duration = Duration::from_secs(2);
/// So long the number of credits has to stand still.
const STILL: Duration = Duration::from_millis(500);

/// What became of every event of a load.
pub(in crate::run) struct Judged {
    /// The proof.
    pub(in crate::run) proof: BulkProof,
    /// How the last reading of the books went; `None` without a read-back.
    pub(in crate::run) read: Option<Result<Stillness, String>>,
    /// What is missing from the ledger.
    pub(in crate::run) gaps: Vec<String>,
    /// How long the books took.
    pub(in crate::run) settled_after: Duration,
}

/// Whether the books stood still when they were read last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Stillness {
    Still,
    Changing,
}

/// What was sent, and where its credits are read.
pub(in crate::run) struct Sent<'a> {
    pub(in crate::run) scenario: &'a Scenario,
    pub(in crate::run) seed: u64,
    /// Journey time at the start, in whole seconds since 1970.
    pub(in crate::run) start: i64,
    /// The players of the whole load.
    pub(in crate::run) players: &'a JourneyPlan,
    pub(in crate::run) ids: &'a Ids,
    pub(in crate::run) clicks: &'a dyn Clicks,
    pub(in crate::run) ledgers: &'a Ledgers,
    pub(in crate::run) read_back: &'a ReadBack,
    /// The faults that were done to deliveries.
    pub(in crate::run) faults: &'a [Rate],
}

impl Sent<'_> {
    /// Judges everything that was sent. `before` holds what stood in the books then; without it the answers are the only
    /// evidence.
    ///
    /// # Errors
    /// When there are more events than can be judged at once.
    pub(in crate::run) async fn settle(
        &self,
        before: Option<Vec<Credit>>,
        stop: &watch::Receiver<bool>,
        watch: &Watch,
    ) -> Result<Judged, RunError> {
        let Self { scenario, ids, clicks, .. } = *self;
        let journeys = Journeys::new(self.players, ids, self.seed, self.start);
        let traffic = scenario.load.traffic;
        let terms = Terms { journeys: &journeys, ids, clicks, traffic, booked: &scenario.booked };
        let mut bulk = Bulk::new(terms).map_err(|error| RunError::usage(error.to_string(), "plan a shorter load"))?;
        bulk = bulk.exercising(self.faults, self.seed);
        let gaps = self.attempts(&mut bulk);
        let began = Instant::now();
        let Some(before) = before else {
            let proof = bulk.prove_by_answers();
            return Ok(Judged { proof, read: None, gaps, settled_after: Duration::ZERO });
        };
        for credit in &before {
            bulk.stood_before(&credit.row());
        }
        let mut reading = bulk.read();
        let read = self.until_still(&mut reading, stop, watch).await;
        let unsettled = !matches!(read, Ok(Stillness::Still));
        Ok(Judged { proof: reading.prove(unsettled), read: Some(read), gaps, settled_after: began.elapsed() })
    }

    /// Puts the ledger before the oracle; what of it cannot be read is told.
    fn attempts(&self, bulk: &mut Bulk<'_>) -> Vec<String> {
        let mut gaps = Vec::new();
        for record in self.ledgers.records() {
            match record {
                Ok(record) => bulk.attempt(&record),
                Err(error) => gaps.push(error.to_string()),
            }
        }
        gaps
    }

    /// Reads the books until they stand still and hold everything that was acknowledged, or until the time is up.
    async fn until_still(
        &self,
        reading: &mut Reading<'_>,
        stop: &watch::Receiver<bool>,
        watch: &Watch,
    ) -> Result<Stillness, String> {
        let read_back = self.read_back;
        let (began, mut pause) = (Instant::now(), SHORTEST);
        let mut last: Option<(u64, Instant)> = None;
        loop {
            reading.begin_again();
            let read = read_back.stream(&mut |credit| reading.credit(credit)).await;
            let out_of_time = *stop.borrow() || began.elapsed() >= read_back.plan.settle;
            match read {
                Ok(_) => {
                    reading.end();
                    let (booked, missing) = (reading.booked(), reading.missing());
                    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                    watch(&RunEvent::Read { credits: count(booked), missing: count(missing) });
                    let since =
                        last.filter(|(before, _)| *before == booked).map_or_else(Instant::now, |(_, since)| since);
                    last = Some((booked, since));
                    let still = since.elapsed() >= STILL.min(read_back.plan.settle);
                    match (still && missing == 0, out_of_time) {
                        (true, _) => return Ok(Stillness::Still),
                        (false, true) => return Ok(if still { Stillness::Still } else { Stillness::Changing }),
                        (false, false) => {}
                    }
                }
                // A target that comes out of a load may fail to answer: only the last reading has to succeed.
                Err(error) if out_of_time => return Err(error.to_string()),
                Err(_) => {}
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST);
        }
    }
}
