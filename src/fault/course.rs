//! The course of a genuine delivery: in which order its faults happen to it.

use crate::model::{EventKey, FaultKind, Mixer};

/// Copies sent at the same moment by the fault `concurrent`, the event's own attempt included.
const CONCURRENT_COPIES: usize = 5;

/// When a delivery is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// In its turn.
    InTurn,
    /// After the journey's other events.
    AfterJourney,
    /// After everything else.
    AfterRun,
}

/// How many copies leave at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies(pub usize);

/// What happens to one genuine delivery, from first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// When it is made.
    pub moment: Moment,
    /// First an attempt whose sender stops waiting this many milliseconds after the body has left.
    pub gives_up_after_ms: Option<u64>,
    /// Then an attempt whose answer is thrown away.
    pub loses_ack: bool,
    /// Then the attempt that counts, in so many copies.
    pub copies: Copies,
    /// And once more after the rest of the run.
    pub again: bool,
}

impl Course {
    /// The course of an event with these faults.
    pub fn new(faults: &[FaultKind], key: EventKey, seed: u64) -> Self {
        let has = |kind| faults.contains(&kind);
        let moment = if has(FaultKind::Late) {
            Moment::AfterRun
        } else if has(FaultKind::Reordered) {
            Moment::AfterJourney
        } else {
            Moment::InTurn
        };
        // From at once, which cuts a target off in the middle of its work, to late enough for any local target's answer.
        let patience = Mixer::new(seed).word(key.journey).word(u64::from(key.slot)).below(12);
        Self {
            moment,
            gives_up_after_ms: has(FaultKind::TimeoutRetry).then_some(patience),
            loses_ack: has(FaultKind::AckLost),
            copies: Copies(if has(FaultKind::Concurrent) { CONCURRENT_COPIES } else { 1 }),
            again: has(FaultKind::Duplicate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventKind;

    #[test]
    fn faults_add_up_to_one_course() {
        let key = EventKey { journey: 1, slot: 1, kind: EventKind::Registration };
        let plain = Course::new(&[], key, 1);
        assert_eq!(
            plain,
            Course {
                moment: Moment::InTurn,
                gives_up_after_ms: None,
                loses_ack: false,
                copies: Copies(1),
                again: false
            }
        );
        let all = Course::new(
            &[
                FaultKind::Reordered,
                FaultKind::AckLost,
                FaultKind::Concurrent,
                FaultKind::Duplicate,
                FaultKind::TimeoutRetry,
            ],
            key,
            1,
        );
        assert_eq!((all.moment, all.loses_ack, all.copies, all.again), (Moment::AfterJourney, true, Copies(5), true));
        assert!(all.gives_up_after_ms.is_some_and(|ms| ms < 12));
    }
}
