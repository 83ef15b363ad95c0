//! `signature.wrong-secret`: signed with another secret.

use crate::contract::{Card, Case, Key, Scene, Seal};

pub(super) struct WrongSecret;

impl Case for WrongSecret {
    fn card(&self) -> Card {
        Card { id: "signature.wrong-secret", rule: "seed 003 §5, §14.2", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { key: Key::Another, ..Seal::default() });
    }
}
