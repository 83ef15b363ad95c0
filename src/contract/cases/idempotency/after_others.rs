//! `idempotency.after-others`: the same delivery again after a hundred other events.

use crate::contract::{Card, Case, Owed, Scene};
use crate::model::Player;

pub(super) struct AfterOthers;

/// Players whose events come between.
const PLAYERS: usize = 5;
/// How many deposits each of them makes.
const DEPOSITS: usize = 20;

impl Case for AfterOthers {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.after-others",
            rule: "seed 003 §5, §8",
            expected: "200 with \"idempotent\": true, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        let first = scene.accepted(deposit.clone());
        let others: Vec<Player<'_>> = (0..PLAYERS).map(|_| scene.player()).collect();
        for round in 0..DEPOSITS {
            let deposits = others.iter().map(|player| scene.deposit(player));
            // Only a first deposit is said to be one.
            let deposits =
                deposits.map(|deposit| if round == 0 { deposit } else { deposit.repeat_deposit() }).collect();
            scene.all_at_once(deposits, Owed::Acceptance);
        }
        scene.again(&first, deposit, Owed::Repeat);
    }
}
