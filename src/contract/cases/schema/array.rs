//! `schema.array`: the postback in an array, signed as it stands or without the array.

use super::{Sealing, refused_unread};
use crate::contract::{Card, Case, Scene};

pub(super) struct Array;

impl Case for Array {
    fn card(&self) -> Card {
        Card { id: "schema.array", rule: "seed 003 §4 (an object)", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for sealing in Sealing::BOTH {
            let deposit = scene.deposit(&player).json("amount", "100");
            let array = [b"[", deposit.body().as_slice(), b"]"].concat();
            refused_unread(scene, deposit, array, sealing);
        }
    }
}
