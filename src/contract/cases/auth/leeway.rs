//! `auth.leeway`: for how long a token is taken after its end. It is measured and told; only more than the agreed leeway
//! is wrong.

use super::run_out;
use crate::contract::{Card, Case, Finding, Pass, Scene, Terms, Trial, Unfit, grade};
use crate::model::EventKind;

pub(super) struct Leeway;

/// How long ago the tokens ran out, in seconds.
const AGES: [i64; 6] = [1, 30, 60, 120, 300, 600];

impl Case for Leeway {
    fn card(&self) -> Card {
        Card {
            id: "auth.leeway",
            rule: "seed 003 §5; RFC 7519 §4.1.4 (a few minutes at most)",
            expected: "tokens are refused once they have run out, give or take the agreed leeway",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for age in AGES {
            let visitor = scene.visitor();
            let registration = scene.event(&visitor, EventKind::Registration);
            let note = format!("with a token that ran out {age} s ago");
            scene.open(registration.pass(Pass::Odd(run_out(age))).noted(note));
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        measured(trial).worse(grade(trial))
    }
}

/// The leeway by the oldest token that was taken, which tells no more than the next older one that was not.
fn measured(trial: &Trial<'_>) -> Finding {
    let answers = trial.shots().zip(AGES);
    let taken = |heard: &crate::contract::Heard| heard.last().is_some_and(|tried| tried.outcome.is_ok());
    let oldest = answers.filter(|((_, _, heard), _)| taken(heard)).map(|((place, _, _), age)| (place, age)).last();
    let Some((place, age)) = oldest else {
        return Finding::pass(format!("no leeway: refused {} s after their end", AGES[0]));
    };
    let next = AGES.into_iter().find(|next| *next > age);
    let until = next.map_or_else(String::new, |next| format!(", and refused {next} s after it"));
    let agreed = trial.terms.contract.leeway;
    let told = format!("tokens are taken {age} s after their end{until}");
    if u64::try_from(age).is_ok_and(|age| age > agreed.as_secs()) {
        return Finding::fail(format!("{told}; at most {} s were agreed on", agreed.as_secs()), vec![place]);
    }
    Finding::pass(told)
}
