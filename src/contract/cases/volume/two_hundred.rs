//! `volume.two-hundred`: two hundred genuine events in a row.

use crate::contract::{Card, Case, Draft, Scene};
use crate::model::{Currency, EventKind, Money, Player};

pub(super) struct TwoHundred;

/// Players, who take turns.
const PLAYERS: usize = 8;
/// Deposits of each; with a registration, an identity check, a refund and a chargeback they make 25 events.
const DEPOSITS: i64 = 21;

impl Case for TwoHundred {
    fn card(&self) -> Card {
        Card {
            id: "volume.two-hundred",
            rule: "seed 003 §5, §11",
            expected: "200 to every one, each credited once with its own amount",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let players: Vec<Player<'_>> = (0..PLAYERS).map(|_| scene.visitor()).collect();
        let kinds = [EventKind::Registration, EventKind::KycApproved];
        for (player, kind) in kinds.iter().flat_map(|kind| players.iter().map(move |player| (player, *kind))) {
            let event = scene.event(player, kind);
            scene.accepted(event);
        }
        for round in 0..DEPOSITS {
            for (seat, player) in (0..).zip(&players) {
                let deposit = scene.deposit(player);
                // A first deposit is of the whole sample amount, so that it counts; later ones are all of different sums.
                let deposit = if round == 0 { deposit } else { later(deposit, round * 100 + seat) };
                scene.accepted(deposit);
            }
        }
        for (player, kind) in [EventKind::Refund, EventKind::Chargeback]
            .iter()
            .flat_map(|kind| players.iter().map(move |player| (player, *kind)))
        {
            let event = scene.event(player, kind);
            scene.accepted(event);
        }
    }
}

/// A deposit after the first, of so many cents more than ten.
fn later(deposit: Draft, cents: i64) -> Draft {
    let usd: Currency = "USD".parse().expect("it is in the list");
    let money = Money::from_minor(1_000 + cents, usd);
    deposit.repeat_deposit().money(money, &money.amount().to_string())
}
