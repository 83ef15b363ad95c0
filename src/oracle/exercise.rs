//! What each kind of fault came to: how often it was placed, how often it reached the target, what was answered.
//! A test that did not happen proves nothing (the vacuity rule), and an answer can be wrong where the books are right.

use super::answers::called_new;
use crate::model::{Attempt, Delivery, EventKey, FailReason, FaultKind, InfoReason, Outcome, Purpose};

/// What one kind of fault came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// The kind.
    pub kind: FaultKind,
    /// Deliveries it was done to.
    pub sent: u64,
    /// Of those, where it took effect at the target.
    pub reached: u64,
    /// Of those, where an answer was not what the contract has, and the first such answer in words.
    pub odd: Vec<String>,
    /// Answers that are tolerable, though not what the contract has.
    pub tolerated: Vec<String>,
    /// The genuine events that it was done to.
    pub touched: Vec<EventKey>,
}

/// What every kind came to, in the order of the kinds asked for.
pub fn exercises(deliveries: &[Delivery], kinds: &[FaultKind]) -> Vec<Exercise> {
    kinds.iter().map(|&kind| exercise(deliveries, kind)).collect()
}

fn exercise(deliveries: &[Delivery], kind: FaultKind) -> Exercise {
    let mut exercise =
        Exercise { kind, sent: 0, reached: 0, odd: Vec::new(), tolerated: Vec::new(), touched: Vec::new() };
    for delivery in deliveries.iter().filter(|delivery| bears(delivery, kind)) {
        exercise.sent += 1;
        if delivery.purpose == Purpose::Genuine {
            exercise.touched.push(delivery.sent.key);
        }
        if !took_effect(delivery, kind) {
            continue;
        }
        exercise.reached += 1;
        let (odd, tolerated) = if kind.is_forgery() { odd_refusal(delivery) } else { odd_repeat(delivery) };
        let told = |what: String| format!("{}: {what}", delivery.sent.event_id);
        exercise.odd.extend(odd.map(told));
        exercise.tolerated.extend(tolerated.map(told));
    }
    exercise
}

fn bears(delivery: &Delivery, kind: FaultKind) -> bool {
    match delivery.purpose {
        Purpose::Genuine => delivery.faults.contains(&kind),
        Purpose::Forged(own) | Purpose::Conflicting(own) => own == kind,
    }
}

fn arrived(attempt: &Attempt) -> bool {
    attempt.outcome != Outcome::Fail(FailReason::NotConnected)
}

/// Whether the fault was more than a plan.
fn took_effect(delivery: &Delivery, kind: FaultKind) -> bool {
    let arrivals = delivery.attempts.iter().filter(|attempt| arrived(attempt)).count();
    let cause = |wanted: fn(InfoReason) -> bool| {
        delivery.attempts.iter().any(|attempt| matches!(attempt.outcome, Outcome::Info(reason) if wanted(reason)))
    };
    match kind {
        FaultKind::Duplicate | FaultKind::Concurrent => arrivals >= 2,
        FaultKind::TimeoutRetry => arrivals >= 2 && cause(|reason| reason == InfoReason::GaveUpWaiting),
        FaultKind::AckLost => arrivals >= 2 && cause(|reason| matches!(reason, InfoReason::AckLost(200..=299))),
        _ => arrivals >= 1,
    }
}

/// What is wrong about the answer to a forgery: anything but a 4xx is, or a 409 and an `ok` where the id was known.
fn odd_refusal(delivery: &Delivery) -> (Option<String>, Option<String>) {
    let conflicting = matches!(delivery.purpose, Purpose::Conflicting(_));
    for attempt in &delivery.attempts {
        match attempt.outcome {
            Outcome::Info(InfoReason::Status(500..) | InfoReason::Redirect(_)) => {
                return (Some(attempt.outcome.to_string()), None);
            }
            // An accepted forgery has a row of its own; under a known id the first value stands either way.
            Outcome::Ok { .. } if conflicting => {
                return (None, Some(format!("{}, the first value being kept", attempt.outcome)));
            }
            Outcome::Ok { .. } | Outcome::Fail(_) | Outcome::Info(_) => {}
        }
    }
    (None, None)
}

/// What is wrong about the answers to an event that arrived more than once.
fn odd_repeat(delivery: &Delivery) -> (Option<String>, Option<String>) {
    let after_ok = delivery.attempts.iter().skip_while(|attempt| !attempt.outcome.is_ok()).skip(1);
    for attempt in after_ok {
        match attempt.outcome {
            Outcome::Fail(FailReason::Refused(_)) => {
                return (Some(format!("the repeat was {}", attempt.outcome)), None);
            }
            Outcome::Info(InfoReason::Status(409)) => {
                return (None, Some(format!("the repeat was {}", attempt.outcome)));
            }
            _ => {}
        }
    }
    let tolerated = (called_new(delivery) > 1).then(|| "called new more than once (idempotent: false)".to_owned());
    (None, tolerated)
}
