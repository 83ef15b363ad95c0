//! `operator.redelivery`: more players at once than the tracker takes postbacks a second, at an operator that gives up before
//! all of them came through. What it gave up has to come through when somebody asks for it.

use super::once::credited_alone;
use super::{BRAND, busy, need_operator, unplayed};
use crate::contract::{Card, Case, Finding, Revival, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Redelivery;

impl Case for Redelivery {
    fn card(&self) -> Card {
        Card {
            id: "operator.redelivery",
            rule: "seed 003 §6, §15.4 (delivery of stuck events from the DLQ)",
            expected: "what the operator gave up is delivered when it is asked to, and every event is credited once",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)?;
        terms.need_redelivery()?;
        busy::players(terms).map(drop)
    }

    fn alone(&self) -> bool {
        true
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for _ in 0..busy::players(scene.terms).unwrap_or(0) {
            scene.visit(BRAND, &[(EventKind::Registration, None)]);
        }
        scene.revive();
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        if let Some(unplayed) = unplayed(trial) {
            return unplayed;
        }
        match trial.visited.iter().find_map(|visited| visited.revival.as_ref()) {
            Some(Revival::Asked(_)) => credited_alone(trial),
            // Whether it brought all of them through by itself is what `operator.busy` looks at.
            Some(Revival::Needless) => Finding::skipped("the operator gave nothing up that could be delivered again"),
            Some(Revival::Failed(why)) => Finding::inconclusive(why.clone()),
            None => Finding::inconclusive("nobody asked the operator to deliver again"),
        }
    }
}
