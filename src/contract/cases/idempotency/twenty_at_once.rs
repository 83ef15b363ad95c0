//! `idempotency.twenty-at-once`: twenty copies of one delivery at the same moment, for several deliveries in turn: a gap
//! between looking and booking is not met every time.

use crate::contract::{Card, Case, Finding, Owed, Scene, Trial, grade};
use crate::model::{InfoReason, Outcome};

pub(super) struct TwentyAtOnce;

const COPIES: usize = 20;
const ROUNDS: usize = 4;

impl Case for TwentyAtOnce {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.twenty-at-once",
            rule: "seed 003 §5, §8",
            expected: "one is called new, the others are repeats; credited once",
        }
    }

    // The moment is the shorter for all copies the less else is under way.
    fn alone(&self) -> bool {
        true
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for _ in 0..ROUNDS {
            let player = scene.player();
            let deposit = scene.deposit(&player);
            scene.at_once(deposit, COPIES);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let found = trial.deliveries().map(|(delivery, ..)| copies(trial, delivery));
        found.fold(grade(trial), Finding::worse)
    }
}

/// The finding by what the copies of one delivery were answered.
fn copies(trial: &Trial<'_>, delivery: usize) -> Finding {
    let copies = || {
        let shots = trial.shots().filter(|(_, shot, _)| shot.delivery == Some(delivery) && shot.owed == Owed::Judged);
        shots.filter_map(|(place, _, heard)| Some((place, heard.last()?.outcome)))
    };
    let new = copies().filter(|(_, outcome)| *outcome == Outcome::Ok { repeat: Some(false) }).count();
    if new > 1 {
        let shown = copies().map(|(place, _)| place).take(1).collect();
        return Finding::fail(format!("{new} of {COPIES} copies were called new"), shown);
    }
    // A copy may be told that another one is just being taken.
    let fine = |outcome| matches!(outcome, Outcome::Ok { .. } | Outcome::Info(InfoReason::Status(409)));
    match copies().find(|(_, outcome)| !fine(*outcome)) {
        Some((place, outcome)) => Finding::fail(format!("a copy was {outcome}"), vec![place]),
        None => Finding::pass("one of all copies was called new"),
    }
}
