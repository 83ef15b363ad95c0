//! `schema.deep-nesting`: a member that nests 10,000 deep: taken or refused, without an error or a standstill.

use super::UNREADABLE;
use crate::contract::{Card, Case, Finding, Scene, Seal, Trial, grade};
use crate::model::{EventKind, InfoReason, Outcome};

pub(super) struct DeepNesting;

/// How deep.
const DEPTH: usize = 10_000;

impl Case for DeepNesting {
    fn card(&self) -> Card {
        Card { id: "schema.deep-nesting", rule: "RFC 8259 §9", expected: "taken or refused at once" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let policy = scene.terms.contract.policies.deep_nesting;
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        let nested = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        // Signed as it stands, which is its canonical form too: it has no numbers to spell otherwise, and no reader of
        // ours goes that deep.
        let deep = registration.json("extra", &nested);
        let bytes = deep.body();
        scene.by_policy(policy, deep.sealed(Seal::of_bytes(bytes)), UNREADABLE);
    }

    /// A target that hangs or dies of it is one that anybody can stop.
    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let gone = |outcome| matches!(outcome, Outcome::Info(InfoReason::Timeout | InfoReason::Broken));
        let ended = trial.shots().filter_map(|(place, _, heard)| Some((place, heard.last()?.outcome)));
        let graded = grade(trial);
        match ended.into_iter().find(|(_, outcome)| gone(*outcome)) {
            Some((place, outcome)) => {
                Finding::fail(format!("a body that nests {DEPTH} deep got {outcome}"), vec![place]).worse(graded)
            }
            None => graded,
        }
    }
}
