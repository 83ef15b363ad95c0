//! What faults came to is told by both oracles alike, whatever was answered.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{Bulk, Terms};
use super::records;
use crate::fault::faults_by_rate;
use crate::journey::{Journey, Journeys};
use crate::model::{Delivery, EventKind, FailReason, FaultKind, InfoReason, Outcome, Purpose, Sent};
use crate::oracle::history::{CONFLICT, OK, REFUSED, START, UNKNOWN, delivery, forged, ids, plan};
use crate::oracle::{Exercise, exercises};
use crate::scenario::{Rate, Traffic};

fn outcomes() -> impl Strategy<Value = Vec<Vec<Outcome>>> {
    let all = [
        OK,
        REFUSED,
        UNKNOWN,
        CONFLICT,
        Outcome::Fail(FailReason::NotConnected),
        Outcome::Info(InfoReason::GaveUpWaiting),
        Outcome::Info(InfoReason::AckLost(200)),
        Outcome::Info(InfoReason::AckLost(503)),
        Outcome::Info(InfoReason::Broken),
        Outcome::Info(InfoReason::Status(429)),
        Outcome::Info(InfoReason::Status(503)),
        Outcome::Info(InfoReason::Redirect(302)),
    ];
    vec(vec(select(all.to_vec()), 1..4), 1..20)
}

/// What is sent of journeys with faults by these rates, answered in turn by what there is.
fn deliveries(journeys: &[Journey<'_>], rates: &[Rate], seed: u64, outcomes: &[Vec<Outcome>]) -> Vec<Delivery> {
    let mut outcomes = outcomes.iter().cycle();
    let mut all = Vec::new();
    for journey in journeys {
        for event in &journey.events {
            let faults = faults_by_rate(rates, journey, event, seed);
            let sent = Sent::of(&ids(), &journey.player, event);
            // A forgery is tried once.
            all.extend(
                faults.forged.iter().zip(&mut outcomes).map(|(&kind, outcomes)| forged(&sent, kind, &outcomes[..1])),
            );
            let mut genuine = delivery(sent, Purpose::Genuine, outcomes.next().map_or(&[][..], Vec::as_slice));
            genuine.faults = faults.genuine;
            all.push(genuine);
        }
    }
    all
}

/// What is compared: kind by kind, how many were sent and reached the target, and whether a forgery was answered wrongly.
fn essence(exercises: &[Exercise]) -> Vec<(FaultKind, u64, u64, bool)> {
    let odd = |exercise: &Exercise| exercise.kind.is_forgery() && !exercise.odd.is_empty();
    exercises.iter().map(|exercise| (exercise.kind, exercise.sent, exercise.reached, odd(exercise))).collect()
}

proptest! {
    #[test]
    fn both_say_the_same_of_faults(players in 1..30_u64, seed: u64, share in 0.05_f64..1.0, outcomes in outcomes(), books: bool) {
        let rates = FaultKind::ALL.map(|kind| Rate { kind, share, declared: false });
        let (plan, ids) = (plan(players), ids());
        let journeys = Journeys::new(&plan, &ids, seed, START);
        let made: Vec<Journey<'_>> = (0..players).map(|index| journeys.journey(index)).collect();
        let deliveries = deliveries(&made, &rates, seed, &outcomes);
        let booked = EventKind::ALL;
        let terms = Terms { journeys: &journeys, ids: &ids, clicks: &ids, traffic: Traffic::Journeys, booked: &booked };
        let mut bulk = Bulk::new(terms).unwrap().exercising(&rates, seed);
        for record in records(&made, &deliveries) {
            bulk.attempt(&record);
        }
        let proof = if books { bulk.read().prove(false) } else { bulk.prove_by_answers() };
        let kinds: Vec<FaultKind> = rates.iter().map(|rate| rate.kind).collect();
        prop_assert_eq!(essence(&proof.exercises), essence(&exercises(&deliveries, &kinds)));
    }
}
