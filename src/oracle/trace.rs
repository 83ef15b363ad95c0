//! What the attempts of one delivery leave behind, in a byte: as much as it takes to tell whether a fault that was done to
//! it took effect at the target. A test that did not happen proves nothing (the vacuity rule).

use crate::model::{FailReason, FaultKind, InfoReason, Outcome};

/// What is left of attempts; nothing of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace(u8);

/// How many arrived, up to two: the two lowest bits.
const ARRIVALS: u8 = 0b11;
/// One that arrived was answered.
const ANSWERED: u8 = 1 << 2;
/// The sender stopped waiting for one.
const GAVE_UP: u8 = 1 << 3;
/// The acknowledgement of one was thrown away.
const ACK_LOST: u8 = 1 << 4;

impl Trace {
    /// Takes in how an attempt ended.
    pub(super) fn note(&mut self, outcome: Outcome) {
        if !arrived(outcome) {
            return;
        }
        if self.arrivals() < 2 {
            self.0 += 1;
        }
        self.0 |= match outcome {
            Outcome::Info(InfoReason::GaveUpWaiting) => GAVE_UP,
            Outcome::Info(InfoReason::Timeout | InfoReason::Broken) => 0,
            Outcome::Info(InfoReason::AckLost(200..=299)) => ANSWERED | ACK_LOST,
            _ => ANSWERED,
        };
    }

    /// Whether a fault of that kind was more than a plan.
    pub(super) fn took_effect(self, kind: FaultKind) -> bool {
        match kind {
            FaultKind::Duplicate | FaultKind::Concurrent => self.arrivals() >= 2,
            FaultKind::TimeoutRetry => self.arrivals() >= 2 && self.0 & GAVE_UP != 0,
            FaultKind::AckLost => self.arrivals() >= 2 && self.0 & ACK_LOST != 0,
            FaultKind::Reordered | FaultKind::Late => self.arrivals() >= 1,
            // A forgery without an answer may never have been looked at.
            _ => self.0 & ANSWERED != 0,
        }
    }

    fn arrivals(self) -> u8 {
        self.0 & ARRIVALS
    }
}

impl FromIterator<Outcome> for Trace {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        outcomes.into_iter().fold(Self::default(), |mut trace, outcome| {
            trace.note(outcome);
            trace
        })
    }
}

/// Whether an attempt got as far as the target's own judgement: a 429 turns it away before that.
fn arrived(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Fail(FailReason::NotConnected) | Outcome::Info(InfoReason::Status(408 | 429)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_attempts_leaves_the_same_as_two() {
        let ok = Outcome::Ok { repeat: None };
        for kind in FaultKind::ALL {
            let of = |count| std::iter::repeat_n(ok, count).collect::<Trace>().took_effect(kind);
            assert_eq!(of(2), of(600), "{}", kind.name());
            assert!(!of(0), "{}", kind.name());
        }
    }
}
