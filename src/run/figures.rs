//! The figures of a load whose attempts were all recorded: latencies as a whole, by stage and by kind of event, and how
//! many attempts broke which promise in which second. What may be concluded from them is left to `stats`.

use std::time::Duration;

use crate::model::{EventKind, Outcome, Record, Stance};
use crate::scenario::{Objective, Promise, Scope};
use crate::stats::{Count, Latency};

/// Figures of recorded attempts.
///
/// Latencies are those of genuine attempts that were answered or waited for in vain; one that found nobody, or whose
/// connection broke, has none. Attempts that postproof gave up or whose answers it threw away are in no figure.
pub(super) struct Figures {
    /// Of all stages.
    pub(super) whole: Latency,
    /// Of each stage.
    pub(super) stages: Vec<Latency>,
    /// Of each kind of event, in the order of [`EventKind::ALL`].
    pub(super) kinds: Vec<Latency>,
    /// Attempts that were not answered as they should be.
    pub(super) available: Count,
    /// For each objective, the attempts that broke it in each second after the start.
    pub(super) objectives: Vec<Vec<Count>>,
    /// Complete answers before the last stage ended.
    pub(super) answered: u64,
}

impl Figures {
    /// Counts records of a load of so many stages that lasts so long by its plan.
    pub(super) fn of(records: &[Record], stages: usize, lasts: Duration, objectives: &[Objective]) -> Self {
        let mut figures = Self {
            whole: Latency::new(),
            stages: vec![Latency::new(); stages],
            kinds: vec![Latency::new(); EventKind::ALL.len()],
            available: Count::default(),
            objectives: vec![Vec::new(); objectives.len()],
            answered: 0,
        };
        for record in records {
            figures.answered += u64::from(is_answered(record.outcome) && ended(record) <= lasts);
            let Some(available) = record.is_available() else { continue };
            figures.available.add(!available);
            figures.time(record);
            for (objective, seconds) in objectives.iter().zip(&mut figures.objectives) {
                if let Some(broken) = breaks(objective, record, available) {
                    second(seconds, record.scheduled_ms).add(broken);
                }
            }
        }
        figures
    }

    fn time(&mut self, record: &Record) {
        if record.stance != Stance::Genuine || !is_timed(record.outcome) {
            return;
        }
        let response = response(record);
        self.whole.record(response);
        let kind = EventKind::ALL.iter().position(|kind| *kind == record.key.kind);
        let of_stage = self.stages.get_mut(usize::from(record.stage));
        let of_kind = kind.and_then(|kind| self.kinds.get_mut(kind));
        of_stage.into_iter().chain(of_kind).for_each(|latency| latency.record(response));
    }
}

/// Whether an attempt breaks an objective; `None` where that is not about it.
fn breaks(objective: &Objective, record: &Record, available: bool) -> Option<bool> {
    let within = match objective.scope {
        Scope::Whole => true,
        Scope::Stage(stage) => usize::from(record.stage) == stage,
        Scope::Event(kind) => record.key.kind == kind,
    };
    match objective.promise {
        _ if !within => None,
        Promise::Availability(_) => Some(!available),
        Promise::Quantile { .. } if record.stance != Stance::Genuine => None,
        // What was never answered was not answered in time.
        Promise::Quantile { within, .. } => Some(!is_answered(record.outcome) || response(record) > within),
    }
}

fn is_answered(outcome: Outcome) -> bool {
    outcome.is_ok() || outcome.status().is_some()
}

fn is_timed(outcome: Outcome) -> bool {
    is_answered(outcome) || outcome == Outcome::Info(crate::model::InfoReason::Timeout)
}

fn response(record: &Record) -> Duration {
    Duration::from_micros(u64::from(record.response_us))
}

fn ended(record: &Record) -> Duration {
    Duration::from_millis(u64::from(record.scheduled_ms)) + response(record)
}

/// The count of the second in which an attempt began.
fn second(seconds: &mut Vec<Count>, scheduled_ms: u32) -> &mut Count {
    let number = usize::try_from(scheduled_ms / 1000).unwrap_or(usize::MAX);
    if seconds.len() <= number {
        seconds.resize(number + 1, Count::default());
    }
    &mut seconds[number]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventKey, FailReason, InfoReason};

    const OK: Outcome = Outcome::Ok { repeat: Some(false) };

    fn record(stance: Stance, kind: EventKind, outcome: Outcome, (at_ms, took_ms): (u32, u32)) -> Record {
        let key = EventKey { journey: 1, slot: 0, kind };
        let stage = u8::from(at_ms >= 2000);
        Record { key, stance, outcome, stage, owed: 0, scheduled_ms: at_ms, response_us: took_ms * 1000 }
    }

    fn objective(scope: Scope, promise: Promise) -> Objective {
        Objective { id: "sla.x".to_owned(), scope, promise }
    }

    fn counts(seconds: &[Count]) -> Vec<(u64, u64)> {
        seconds.iter().map(|count| (count.bad, count.total)).collect()
    }

    #[test]
    fn attempts_count_where_they_belong_and_nowhere_else() {
        let (registration, deposit) = (EventKind::Registration, EventKind::Deposit);
        let records = [
            record(Stance::Genuine, registration, OK, (100, 20)),
            record(Stance::Genuine, deposit, OK, (1_100, 900)),
            record(Stance::Genuine, deposit, Outcome::Info(InfoReason::Status(503)), (2_100, 5)),
            record(Stance::Genuine, deposit, Outcome::Fail(FailReason::NotConnected), (2_200, 1)),
            record(Stance::Genuine, deposit, Outcome::Info(InfoReason::Timeout), (2_300, 3000)),
            record(Stance::Genuine, deposit, Outcome::Info(InfoReason::AckLost(200)), (2_400, 5000)),
            record(Stance::Forged, deposit, Outcome::Fail(FailReason::Refused(403)), (2_500, 4000)),
            record(Stance::Forged, deposit, OK, (2_600, 100)),
        ];
        let fast = Promise::Quantile { q: 0.95, within: Duration::from_millis(500) };
        let objectives = [
            objective(Scope::Whole, fast),
            objective(Scope::Stage(1), Promise::Availability(0.995)),
            objective(Scope::Event(registration), fast),
        ];
        let figures = Figures::of(&records, 2, Duration::from_secs(4), &objectives);
        assert_eq!((figures.available.bad, figures.available.total), (4, 7), "what we threw away counts nowhere");
        assert_eq!(figures.whole.count(), 4, "forged ones and those that found nobody have no latency");
        assert_eq!(figures.stages.iter().map(Latency::count).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(figures.kinds.iter().map(Latency::count).collect::<Vec<_>>(), [1, 0, 3, 0, 0]);
        assert_eq!(counts(&figures.objectives[0]), [(0, 1), (1, 1), (2, 3)]);
        assert_eq!(counts(&figures.objectives[1]), [(0, 0), (0, 0), (4, 5)]);
        assert_eq!(counts(&figures.objectives[2]), [(0, 1)]);
        assert_eq!(figures.answered, 4, "answers after the end are not achieved");
    }
}
