//! The stopwatch: a record of every attempt of a load whose players wait for their answers. Such an attempt has no
//! schedule, so it counts from the instant at which it began.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::Instant;

use super::load::canaries::Canary;
use crate::load::Crowd;
use crate::model::{Delivery, Purpose, Record, Stance};
use crate::send::Exchange;

/// Most records that are kept, which is ten for each of the most journeys: 36 MB. When they are full, the load is over.
const MOST: usize = 1_000_000;

/// Takes the time of attempts.
pub(super) struct Stopwatch {
    began: Instant,
    crowd: Crowd,
    kept: Mutex<Kept>,
    full: watch::Sender<bool>,
}

/// What it has taken down.
#[derive(Default)]
struct Kept {
    records: Vec<Record>,
    /// Who watches the way of acknowledged events into the books.
    canaries: Option<UnboundedSender<Canary>>,
}

impl Stopwatch {
    /// A stopwatch that runs from now on, for attempts of a crowd's stages; `full` turns true when it has no more room.
    pub(super) fn start(crowd: Crowd, full: watch::Sender<bool>, canaries: Option<UnboundedSender<Canary>>) -> Self {
        let kept = Mutex::new(Kept { records: Vec::new(), canaries });
        Self { began: Instant::now(), crowd, kept, full }
    }

    /// When it began.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Takes down an attempt that has just ended.
    pub(super) fn note(&self, delivery: &Delivery, exchange: &Exchange) {
        let at = self.began.elapsed().saturating_sub(exchange.took);
        let record = Record {
            key: delivery.sent.key,
            stance: match delivery.purpose {
                Purpose::Genuine => Stance::Genuine,
                Purpose::Forged(_) => Stance::Forged,
                Purpose::Conflicting(_) | Purpose::Open(_) | Purpose::Untold(_) => Stance::Conflicting,
            },
            outcome: exchange.outcome,
            stage: u8::try_from(self.crowd.stage(at)).unwrap_or(u8::MAX),
            owed: 0,
            scheduled_ms: u32::try_from(at.as_millis()).unwrap_or(u32::MAX),
            response_us: u32::try_from(exchange.took.as_micros()).unwrap_or(u32::MAX),
        };
        let mut kept = self.kept();
        if kept.records.len() >= MOST {
            self.full.send_replace(true);
            return;
        }
        kept.records.push(record);
        if let (Some(canaries), Purpose::Genuine, true) = (&kept.canaries, delivery.purpose, exchange.outcome.is_ok()) {
            // Nobody watches any more once the run was cut short.
            let _ = canaries.send((delivery.sent.key, std::time::Instant::now()));
        }
    }

    /// All records, when there will be no more; whoever watches canaries is told so.
    pub(super) fn stop(&self) -> Vec<Record> {
        std::mem::take(&mut *self.kept()).records
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
