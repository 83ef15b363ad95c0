//! `operator.dead-letters`: a player whose click the tracker never made. It refuses what the operator tells of that player,
//! so the operator has to keep it for somebody to look at.

use super::{BRAND, need_operator, unplayed};
use crate::contract::{Card, Case, Finding, Letters, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;
use crate::scenario::Policy;

pub(super) struct DeadLetters;

impl Case for DeadLetters {
    fn card(&self) -> Card {
        Card {
            id: "operator.dead-letters",
            rule: "seed 003 §5, §12, §15 (DLQ)",
            expected: "what the tracker refused stands among the operator's dead letters, and does not count as delivered",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)?;
        terms.need_letters()?;
        match terms.contract.policies.unknown_click {
            Policy::Refuse => Ok(()),
            Policy::Open | Policy::Accept => {
                Err("this tracker may take unknown clicks (contract.policies.unknown_click)")
            }
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.stray_visit(BRAND, &[(EventKind::Registration, None)]);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        if let Some(unplayed) = unplayed(trial) {
            return unplayed;
        }
        for visited in trial.visited {
            let id = visited.deliveries.first().map(|delivery| delivery.sent.event_id.as_str()).unwrap_or_default();
            if trial.credit(id).is_some() {
                return Finding::inconclusive(format!("the tracker credited {id} for a click that it never made"));
            }
            match &visited.letters {
                Some(Letters::Kept) => {}
                Some(Letters::Missing(waited)) => {
                    let waited = waited.as_secs_f64();
                    let told = format!("{id} was refused by the tracker, and after {waited:.1} s it is no dead letter");
                    return Finding::fail(told, Vec::new());
                }
                Some(Letters::Unread(why)) => {
                    return Finding::inconclusive(format!("the dead letters cannot be read: {why}"));
                }
                None => return Finding::inconclusive("nobody looked through the dead letters"),
            }
        }
        Finding::pass("what was refused is kept among the dead letters")
    }
}
