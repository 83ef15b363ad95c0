//! The stopwatch: a record of every attempt of a load whose players wait for their answers. Such an attempt has no
//! schedule, so it counts from the instant at which it began.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::load::canaries::Canary;
use crate::load::Crowd;
use crate::model::{Amount, Delivery, Purpose, Record, Stance};
use crate::oracle::fingerprint_of;
use crate::send::Exchange;

/// Most records of one load, which is ten for each of the most journeys; the deliveries that they are of stay in memory.
/// When there are so many, the load is over.
const MOST: usize = 1_000_000;

/// Takes the time of attempts.
pub(super) struct Stopwatch {
    began: Instant,
    crowd: Crowd,
    ftd_minimum: Amount,
    /// Whether acknowledged events are told, so that somebody can watch their way into the books.
    watched: bool,
    kept: Mutex<Kept>,
    full: watch::Sender<bool>,
}

/// What was taken down since it was asked for last.
#[derive(Default)]
pub(super) struct Lap {
    /// The attempts that ended, in their order.
    pub(super) records: Vec<Record>,
    /// The events that were acknowledged.
    pub(super) canaries: Vec<Canary>,
}

#[derive(Default)]
struct Kept {
    lap: Lap,
    /// Records of all laps.
    records: usize,
}

impl Stopwatch {
    /// A stopwatch that runs from now on, for attempts of a crowd's stages; `full` turns true when it takes no more.
    pub(super) fn start(crowd: Crowd, full: watch::Sender<bool>, (ftd_minimum, watched): (Amount, bool)) -> Self {
        Self { began: Instant::now(), crowd, ftd_minimum, watched, kept: Mutex::default(), full }
    }

    /// When it began.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Takes down an attempt that has just ended.
    pub(super) fn note(&self, delivery: &Delivery, exchange: &Exchange) {
        let at = self.began.elapsed().saturating_sub(exchange.took);
        let stance = match delivery.purpose {
            Purpose::Genuine => Stance::Genuine,
            Purpose::Forged(_) => Stance::Forged,
            Purpose::Conflicting(_) | Purpose::Open(_) | Purpose::Untold(_) => Stance::Conflicting,
        };
        let record = Record {
            key: delivery.sent.key,
            stance,
            outcome: exchange.outcome,
            stage: u8::try_from(self.crowd.stage(at)).unwrap_or(u8::MAX),
            owed: if stance == Stance::Forged { 0 } else { fingerprint_of(&delivery.sent, self.ftd_minimum) },
            scheduled_ms: u32::try_from(at.as_millis()).unwrap_or(u32::MAX),
            response_us: u32::try_from(exchange.took.as_micros()).unwrap_or(u32::MAX),
        };
        let mut kept = self.kept();
        if kept.records >= MOST {
            self.full.send_replace(true);
            return;
        }
        kept.records += 1;
        kept.lap.records.push(record);
        if self.watched && stance == Stance::Genuine && exchange.outcome.is_ok() {
            kept.lap.canaries.push((delivery.sent.key, std::time::Instant::now()));
        }
    }

    /// What was taken down since this was called last.
    pub(super) fn lap(&self) -> Lap {
        std::mem::take(&mut self.kept().lap)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
