//! What each kind of fault came to: how often it was placed, how often it reached the target, what was answered.
//! A test that did not happen proves nothing (the vacuity rule), and an answer can be wrong where the books are right.

use super::answers::called_new;
use super::trace::Trace;
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
        let trace: Trace = delivery.attempts.iter().map(|attempt| attempt.outcome).collect();
        if !trace.took_effect(kind) {
            continue;
        }
        exercise.reached += 1;
        let (odd, tolerated) = match kind {
            FaultKind::Duplicate | FaultKind::Concurrent | FaultKind::TimeoutRetry | FaultKind::AckLost => {
                odd_repeat(delivery)
            }
            // One arrival in an unusual place; the table says what became of it.
            FaultKind::Reordered | FaultKind::Late => (None, None),
            _ => odd_refusal(delivery),
        };
        let told = |what: String| format!("{}: {what}", delivery.sent.event_id);
        exercise.odd.extend(odd.map(told));
        exercise.tolerated.extend(tolerated.map(told));
    }
    exercise
}

fn bears(delivery: &Delivery, kind: FaultKind) -> bool {
    match delivery.purpose {
        Purpose::Genuine => delivery.faults.contains(&kind),
        Purpose::Forged(cause) | Purpose::Conflicting(cause) | Purpose::Open(cause) | Purpose::Untold(cause) => {
            cause == kind.name()
        }
    }
}

/// What is wrong about the answer to a forgery: anything but a 4xx is, or a 409 and an `ok` where the id was known.
fn odd_refusal(delivery: &Delivery) -> (Option<String>, Option<String>) {
    let conflicting = matches!(delivery.purpose, Purpose::Conflicting(_));
    let outcomes = || delivery.attempts.iter().map(|attempt| attempt.outcome);
    let redirect = outcomes().find(|outcome| matches!(outcome, Outcome::Info(InfoReason::Redirect(_))));
    // A 503 that asks to come again later is made good by the answer that came then.
    let broken = outcomes().next_back().filter(|outcome| matches!(outcome, Outcome::Info(InfoReason::Status(500..))));
    if let Some(outcome) = redirect.or(broken) {
        return (Some(outcome.to_string()), None);
    }
    // An accepted forgery has a row of its own; under a known id the first value stands either way.
    let taken = outcomes().find(|outcome| conflicting && outcome.is_ok());
    (None, taken.map(|outcome| format!("{outcome}, the first value being kept")))
}

/// What is wrong about the answers to an event that arrived more than once: once the target has taken it, or may have,
/// every further arrival is to be accepted as a repeat.
fn odd_repeat(delivery: &Delivery) -> (Option<String>, Option<String>) {
    let known = |attempt: &&Attempt| {
        let outcome = attempt.outcome;
        outcome.is_ok() || matches!(outcome, Outcome::Info(InfoReason::AckLost(200..=299) | InfoReason::GaveUpWaiting))
    };
    // Copies of one moment have no order: the answer to one may stand before the acceptance of the other.
    let unordered = delivery.faults.contains(&FaultKind::Concurrent) && delivery.any_ok();
    let first = if unordered { 0 } else { delivery.attempts.iter().take_while(|attempt| !known(attempt)).count() + 1 };
    let repeats = delivery.attempts.get(first..).unwrap_or_default();
    let told = |outcome: Outcome| format!("the repeat was {outcome}");
    let refused = repeats.iter().find(|attempt| matches!(attempt.outcome, Outcome::Fail(FailReason::Refused(_))));
    if let Some(attempt) = refused {
        return (Some(told(attempt.outcome)), None);
    }
    // A passing 5xx is made good by the next attempt; one that lasts turns every retry into a storm.
    let in_vain = !repeats.iter().any(|attempt| attempt.outcome.is_ok());
    let failed =
        repeats.iter().rev().find(|attempt| matches!(attempt.outcome, Outcome::Info(InfoReason::Status(500..))));
    if let (true, Some(attempt)) = (in_vain, failed) {
        return (Some(told(attempt.outcome)), None);
    }
    let conflict = repeats.iter().find(|attempt| attempt.outcome == Outcome::Info(InfoReason::Status(409)));
    let new_again = called_new(delivery) > 1;
    let tolerated = conflict.map(|attempt| told(attempt.outcome));
    (None, tolerated.or_else(|| new_again.then(|| "called new more than once (idempotent: false)".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventKind;
    use crate::oracle::history::{CONFLICT, OK, REFUSED, UNKNOWN, delivery, forged, sent};

    const NEW: Outcome = Outcome::Ok { repeat: Some(false) };
    const KNOWN: Outcome = Outcome::Ok { repeat: Some(true) };
    const NOT_CONNECTED: Outcome = Outcome::Fail(FailReason::NotConnected);
    const GAVE_UP: Outcome = Outcome::Info(InfoReason::GaveUpWaiting);

    fn ack_lost(status: u16) -> Outcome {
        Outcome::Info(InfoReason::AckLost(status))
    }

    fn status(status: u16) -> Outcome {
        Outcome::Info(InfoReason::Status(status))
    }

    /// What a fault comes to that was done to one genuine deposit.
    fn done(kind: FaultKind, attempts: &[Outcome]) -> Exercise {
        let mut delivery = delivery(sent(EventKind::Deposit, 3, "100"), Purpose::Genuine, attempts);
        delivery.faults.push(kind);
        exercises(&[delivery], &[kind]).remove(0)
    }

    /// What a forgery of one deposit comes to.
    fn fired(kind: FaultKind, attempts: &[Outcome]) -> Exercise {
        exercises(&[forged(&sent(EventKind::Deposit, 3, "100"), kind, attempts)], &[kind]).remove(0)
    }

    #[test]
    fn a_repeat_reaches_the_target_only_when_it_arrives_twice() {
        for kind in [FaultKind::Duplicate, FaultKind::Concurrent] {
            assert_eq!(done(kind, &[OK, OK]).reached, 1);
            assert_eq!(done(kind, &[OK]).reached, 0);
            assert_eq!(done(kind, &[OK, NOT_CONNECTED]).reached, 0);
            assert_eq!(done(kind, &[NOT_CONNECTED, NOT_CONNECTED]).sent, 1);
        }
    }

    #[test]
    fn a_retry_after_a_timeout_needs_a_sender_who_stopped_waiting() {
        assert_eq!(done(FaultKind::TimeoutRetry, &[GAVE_UP, OK]).reached, 1);
        // An answer that came before the sender's patience ended leaves nothing to retry for.
        assert_eq!(done(FaultKind::TimeoutRetry, &[OK, OK]).reached, 0);
        assert_eq!(done(FaultKind::TimeoutRetry, &[UNKNOWN, OK]).reached, 0);
        assert_eq!(done(FaultKind::TimeoutRetry, &[GAVE_UP]).reached, 0);
        assert_eq!(done(FaultKind::TimeoutRetry, &[GAVE_UP, NOT_CONNECTED]).reached, 0);
    }

    #[test]
    fn a_lost_acknowledgement_has_to_be_an_acknowledgement() {
        assert_eq!(done(FaultKind::AckLost, &[ack_lost(200), OK]).reached, 1);
        assert_eq!(done(FaultKind::AckLost, &[ack_lost(422), OK]).reached, 0);
        assert_eq!(done(FaultKind::AckLost, &[ack_lost(503), OK]).reached, 0);
        assert_eq!(done(FaultKind::AckLost, &[ack_lost(200)]).reached, 0);
    }

    #[test]
    fn other_faults_and_forgeries_reach_the_target_when_they_arrive() {
        assert_eq!(done(FaultKind::Late, &[OK]).reached, 1);
        assert_eq!(done(FaultKind::Reordered, &[NOT_CONNECTED]).reached, 0);
        assert_eq!(fired(FaultKind::WrongSecret, &[REFUSED]).reached, 1);
        assert_eq!(fired(FaultKind::WrongSecret, &[NOT_CONNECTED]).reached, 0);
    }

    #[test]
    fn deliveries_are_counted_under_their_own_kind_only() {
        let genuine = sent(EventKind::Deposit, 3, "100");
        let mut repeated = delivery(genuine.clone(), Purpose::Genuine, &[OK, OK]);
        repeated.faults = vec![FaultKind::Duplicate, FaultKind::Late];
        let untouched = delivery(sent(EventKind::Deposit, 4, "100"), Purpose::Genuine, &[OK]);
        let deliveries = [repeated, untouched, forged(&genuine, FaultKind::WrongSecret, &[REFUSED])];
        let kinds = [FaultKind::Late, FaultKind::WrongSecret, FaultKind::Duplicate, FaultKind::AckLost];
        let found = exercises(&deliveries, &kinds);
        assert_eq!(found.iter().map(|exercise| exercise.kind).collect::<Vec<_>>(), kinds);
        assert_eq!(found.iter().map(|exercise| exercise.sent).collect::<Vec<_>>(), [1, 1, 1, 0]);
        assert_eq!(found[0].touched, [genuine.key]);
        assert!(found[1].touched.is_empty(), "a forgery is no genuine event");
    }

    #[test]
    fn a_forgery_is_answered_by_a_4xx_and_nothing_above() {
        for fine in [REFUSED, Outcome::Fail(FailReason::Refused(401)), CONFLICT, status(429), UNKNOWN] {
            let exercise = fired(FaultKind::TamperedBody, &[fine]);
            assert!(exercise.odd.is_empty() && exercise.tolerated.is_empty(), "{fine}: {exercise:?}");
        }
        for (odd, words) in [
            (status(500), "answered 500"),
            (status(503), "answered 503"),
            (Outcome::Info(InfoReason::Redirect(302)), "redirected with 302"),
        ] {
            let exercise = fired(FaultKind::TamperedBody, &[UNKNOWN, odd]);
            assert_eq!(exercise.odd.len(), 1, "{odd}");
            assert!(exercise.odd[0].ends_with(words), "{:?}", exercise.odd);
        }
    }

    #[test]
    fn another_body_under_a_known_id_may_be_taken_as_a_repeat() {
        let taken = fired(FaultKind::OtherAmount, &[KNOWN]);
        assert!(taken.odd.is_empty());
        assert_eq!(taken.tolerated.len(), 1);
        let refused = fired(FaultKind::OtherAmount, &[CONFLICT]);
        assert!(refused.odd.is_empty() && refused.tolerated.is_empty());
        assert_eq!(fired(FaultKind::OtherAmount, &[status(500)]).odd.len(), 1);
    }

    #[test]
    fn a_repeat_must_not_be_refused_once_the_event_was_accepted() {
        let refused = done(FaultKind::Duplicate, &[OK, REFUSED]);
        assert_eq!(refused.odd.len(), 1);
        assert!(refused.odd[0].ends_with("the repeat was refused with 422"), "{:?}", refused.odd);
        // What was refused before it was accepted is no repeat.
        assert!(done(FaultKind::Duplicate, &[REFUSED, OK]).odd.is_empty());
        assert!(done(FaultKind::Duplicate, &[NEW, KNOWN]).odd.is_empty());
    }

    #[test]
    fn a_conflict_on_a_repeat_is_tolerated() {
        let conflict = done(FaultKind::Concurrent, &[OK, CONFLICT, CONFLICT]);
        assert!(conflict.odd.is_empty());
        assert_eq!(conflict.tolerated.len(), 1);
        assert!(conflict.tolerated[0].ends_with("the repeat was answered 409"), "{:?}", conflict.tolerated);
    }

    #[test]
    fn a_repeat_that_is_called_new_is_tolerated_beside_books_that_are_right() {
        assert_eq!(done(FaultKind::Duplicate, &[NEW, NEW]).tolerated.len(), 1);
        assert!(done(FaultKind::Duplicate, &[NEW, KNOWN]).tolerated.is_empty());
        assert!(done(FaultKind::Duplicate, &[OK, OK]).tolerated.is_empty());
    }
}
