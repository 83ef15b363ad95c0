//! `idempotency.twenty-at-once`: twenty copies of one delivery at the same moment.

use crate::contract::{Card, Case, Finding, Scene, Trial, grade};
use crate::model::{InfoReason, Outcome};

pub(super) struct TwentyAtOnce;

const COPIES: usize = 20;

impl Case for TwentyAtOnce {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.twenty-at-once",
            rule: "seed 003 §5, §8",
            expected: "one is called new, the others are repeats; credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.at_once(deposit, COPIES);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let graded = grade(trial);
        let copies = || trial.shots().filter_map(|(place, _, heard)| Some((place, heard.last()?.outcome))).skip(1);
        let new = copies().filter(|(_, outcome)| *outcome == Outcome::Ok { repeat: Some(false) }).count();
        if new > 1 {
            let shown = copies().map(|(place, _)| place).take(1).collect();
            return graded.worse(Finding::fail(format!("{new} of {COPIES} copies were called new"), shown));
        }
        // A copy may be told that another one is just being taken.
        let fine = |outcome| matches!(outcome, Outcome::Ok { .. } | Outcome::Info(InfoReason::Status(409)));
        match copies().find(|(_, outcome)| !fine(*outcome)) {
            Some((place, outcome)) => graded.worse(Finding::fail(format!("a copy was {outcome}"), vec![place])),
            None => graded.worse(Finding::pass(format!("{new} of {COPIES} copies called new"))),
        }
    }
}
