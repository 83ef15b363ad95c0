//! `schema.duplicate-keys`: two amounts in one body, of which every reader takes the one that it likes. Whichever was signed, it is refused.

use super::UNREADABLE;
use crate::contract::{Card, Case, Scene, Seal, in_place_of};

pub(super) struct DuplicateKeys;

/// What of a body with two amounts a sender may have signed.
enum Signed {
    Whole,
    Last,
    First,
}

impl Case for DuplicateKeys {
    fn card(&self) -> Card {
        Card {
            id: "schema.duplicate-keys", rule: "RFC 8259 §4; RFC 8785 §3.1 (I-JSON)", expected: "a 4xx, no credit"
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for signed in [Signed::Whole, Signed::Last, Signed::First] {
            let deposit = scene.deposit(&player).json("amount", "100");
            let both = in_place_of(&deposit, "amount", b"100,\"amount\":1000");
            let (note, seal) = match signed {
                Signed::Whole => ("signed as it stands", Seal::of_bytes(both.clone())),
                Signed::Last => {
                    let last = deposit.clone().json("amount", "1000").body();
                    ("signed with its last amount", Seal::of_document(last))
                }
                Signed::First => ("signed with its first amount", Seal::of_document(deposit.body())),
            };
            scene.refused(deposit.spelled(both).sealed(seal).noted(note), UNREADABLE);
        }
    }
}
