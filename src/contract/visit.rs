//! Visits: a player on the operator's pages, as data, and what came of it. The operator's own sender tells the tracker what
//! happens there; what that brought to the books is for the case's judge to say.

use std::time::Duration;

use crate::journey::Journey;
use crate::model::{Delivery, Detail, EventKey, Label, Money};
use crate::oracle::Standing;
use crate::profile::Sample;

/// What a player does at the operator.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The player's number within the run.
    pub player: u64,
    /// The brand whose pages they are.
    pub brand: Label,
    /// How the player comes there.
    pub arrival: Arrival,
    /// What happens, in order; a registration first.
    pub deeds: Vec<Deed>,
}

/// How a player comes to the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// By a click on the affiliate's link.
    Clicked,
    /// With a click id that the target never made, so that it refuses what is told of the player, and the operator has to
    /// keep what it could not deliver.
    Stray(String),
}

/// One thing that happens at the operator, and that its sender has to tell.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    /// Which event it is.
    pub key: EventKey,
    /// When it happens: whole seconds since 1970.
    pub at: i64,
    /// What is paid, where anything is.
    pub money: Option<Money>,
    /// Whether it is the account's first deposit.
    pub first: bool,
}

/// What came of a visit.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// The click id that the player came with.
    pub click_id: String,
    /// Each deed that was tried, under the event id that the operator named.
    pub deliveries: Vec<Delivery>,
    /// What became of each in the books, by the oracle.
    pub standings: Vec<Standing>,
    /// Why it got no further, where it did not.
    pub trouble: Option<String>,
    /// Whether what could not be delivered stands among the operator's dead letters, where they were looked through.
    pub letters: Option<Letters>,
    /// What came of having the operator deliver once more what it gave up, where the case wants that.
    pub revival: Option<Revival>,
}

/// What the operator's dead letters showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letters {
    /// The event is among them.
    Kept,
    /// It was not, for so long.
    Missing(Duration),
    /// They could not be read; in words.
    Unread(String),
}

/// What came of having an operator deliver its dead letters once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revival {
    /// No event of the case was among them.
    Needless,
    /// It was asked so often, until no event of the case was left among them or nothing changed any more.
    Asked(u32),
    /// It could not be asked, or they could not be read; in words.
    Failed(String),
}

impl Visit {
    /// The journey that it is.
    pub fn journey<'a>(&'a self, sample: &'a Sample) -> Journey<'a> {
        let mut player = sample.nth_player(self.player);
        player.brand = &self.brand;
        if let Arrival::Stray(click) = &self.arrival {
            player.click_id = Label::new(click.as_str());
        }
        let events = self.deeds.iter().map(|deed| {
            let mut event = sample.event(deed.key, deed.at);
            event.detail = match (event.detail, deed.money) {
                (Detail::Deposit { method, .. }, Some(money)) => Detail::Deposit { money, is_ftd: deed.first, method },
                (Detail::Reversal { .. }, Some(money)) => Detail::Reversal { money },
                (detail, _) => detail,
            };
            event
        });
        let events: Vec<_> = events.collect();
        let clicked_at = events.first().map_or(0, |event| event.at);
        Journey { player, clicked_at, events }
    }
}
