//! `idempotency.unheard-retry`: a retry after a sender that hung up before the answer. Nobody knows whether the first one
//! arrived, so the retry may be new or a repeat; what comes after it is a repeat.

use crate::contract::{Card, Case, Finding, Owed, Scene, Trial, grade};
use crate::model::{InfoReason, Outcome};

pub(super) struct UnheardRetry;

impl Case for UnheardRetry {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.unheard-retry",
            rule: "seed 003 §5, §6",
            expected: "the retry is accepted as new or as a repeat, the next one as a repeat; credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let first = scene.accepted(deposit.clone().unheard());
        scene.again(&first, deposit.clone(), Owed::Judged);
        scene.again(&first, deposit, Owed::Repeat);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let graded = grade(trial);
        // A retry may be told that the first one is just being taken.
        let fine = |outcome| matches!(outcome, Outcome::Ok { .. } | Outcome::Info(InfoReason::Status(409)));
        let retries = trial.shots().filter(|(_, shot, _)| shot.owed == Owed::Judged);
        let answers = retries.filter_map(|(place, _, heard)| Some((place, heard.last()?.outcome)));
        answers.filter(|(_, outcome)| !fine(*outcome)).fold(graded, |found, (place, outcome)| {
            found.worse(Finding::fail(format!("the retry was {outcome}"), vec![place]))
        })
    }
}
