//! `http.no-leak`: no answer holds a secret, a token or a player's data, and no refusal shows the target's inside.

use crate::contract::traces::given_away;
use crate::contract::{Card, Case, Finding, Key, Scene, Seal, Trial, Tried, grade};
use crate::model::Verdict;

pub(super) struct NoLeak;

impl Case for NoLeak {
    fn card(&self) -> Card {
        Card {
            id: "http.no-leak",
            rule: "seed 003 §6, §9",
            expected: "no secret, token, player data or stack trace in any answer to the suite",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let wrong_secret = scene.deposit(&player).sealed(Seal { key: Key::Another, ..Seal::default() });
        scene.forged(wrong_secret);
        let no_object = scene.deposit(&player);
        let array = [b"[".to_vec(), no_object.body(), b"]".to_vec()].concat();
        scene.forged(no_object.sealed(Seal::of_bytes(array.clone())).spelled(array));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let mut answers = 0;
        let told = trial.tries().filter(|(_, tried)| tried.reply.is_some()).inspect(|_| answers += 1);
        let leaks: Vec<_> = told.filter_map(|(shot, tried)| Some((shot, leaked(tried)?))).collect();
        let leaked = Finding::of_suite(trial, Verdict::Fail, leaks);
        leaked.unwrap_or_else(|| Finding::pass(format!("nothing of that in {answers} answers"))).worse(grade(trial))
    }
}

/// What an answer holds that it should not.
fn leaked(tried: &Tried) -> Option<String> {
    let reply = tried.reply.as_ref()?;
    let trace = || given_away(&reply.body).filter(|_| reply.status >= 400);
    let what = tried.leaks.first().copied().or_else(trace)?;
    Some(format!("({}) holds {what}", reply.status))
}
