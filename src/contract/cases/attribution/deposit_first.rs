//! `attribution.deposit-first`: a deposit that arrives before the registration of its player.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct DepositFirst;

/// The statuses that tell a sender that something has to come first.
const EARLY: &[u16] = &[400, 404, 409, 422, 425];

impl Case for DepositFirst {
    fn card(&self) -> Card {
        Card {
            id: "attribution.deposit-first",
            rule: "seed 003 §6: the order is optional",
            expected: "the deposit is taken or refused, the registration that follows is taken",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let policy = scene.terms.contract.policies.early_deposit;
        // By their times they are in order; only their arrival is not.
        let registration = scene.event(&visitor, EventKind::Registration);
        let deposit = scene.deposit(&visitor);
        scene.by_policy(policy, deposit, EARLY);
        scene.accepted(registration);
    }
}
