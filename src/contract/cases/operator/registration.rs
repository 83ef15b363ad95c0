//! `operator.registration`: a player who clicks, looks around, registers and passes KYC.

use super::{BRAND, credited, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Registration;

impl Case for Registration {
    fn card(&self) -> Card {
        Card {
            id: "operator.registration",
            rule: "seed 003 §2, §3, §4",
            expected: "the tracker credits both events once, with the player's click, the brand and the time",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.visit(BRAND, &[(EventKind::Registration, None), (EventKind::KycApproved, None)]);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited(trial)
    }
}
