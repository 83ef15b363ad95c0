//! `signature.wrong-secret`: signed with another secret.

use super::UNSIGNED;
use crate::contract::{Card, Case, Key, Scene, Seal};

pub(super) struct WrongSecret;

impl Case for WrongSecret {
    fn card(&self) -> Card {
        Card { id: "signature.wrong-secret", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.refused(deposit.sealed(Seal { key: Key::Another, ..Seal::default() }), UNSIGNED);
    }
}
