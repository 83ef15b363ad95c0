//! `attribution.foreign-brand`: a deposit for another brand than the one that the player registered with.

use super::UNATTRIBUTED;
use crate::contract::{Card, Case, Scene};

pub(super) struct ForeignBrand;

impl Case for ForeignBrand {
    fn card(&self) -> Card {
        Card {
            id: "attribution.foreign-brand",
            rule: "left open by seed 003 §3; contract.policies.foreign_brand",
            expected: "taken or refused, and the target keeps to its answer",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let policy = scene.terms.contract.policies.foreign_brand;
        let foreign = format!("{}-of-nobody", player.brand.as_str());
        let deposit = scene.deposit(&player);
        scene.by_policy(policy, deposit.brand(&foreign), UNATTRIBUTED);
    }
}
