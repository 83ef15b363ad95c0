//! `signature.stale`: the right signature, made an hour before the scheme's window opens.

use crate::contract::{Card, Case, Scene, Seal, Terms, Unfit};

pub(super) struct Stale;

/// How long before the window it was made, in seconds.
const HOUR: i64 = 3600;

impl Case for Stale {
    fn card(&self) -> Card {
        Card { id: "signature.stale", rule: "the signature scheme's time window", expected: "401 or 403, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.window.map(drop).ok_or("the signature scheme signs no time, so its signatures never grow stale")
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let age = scene.terms.window.map_or(0, |window| window.past) + HOUR;
        super::refused_under(scene, Seal { age, ..Seal::default() });
    }
}
