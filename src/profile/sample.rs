//! One made-up player and one event of each kind, for postbacks that are fired by hand and for examples.
//! Journeys with their distributions are `journey`'s.

use std::net::Ipv4Addr;

use super::Profile;
use crate::model::{Amount, Currency, Detail, Event, EventKey, EventKind, Ids, Label, Money, Player};

/// The player and what the events say.
pub struct Sample {
    ids: Ids,
    money: Money,
    words: Words,
}

struct Words {
    aff_sub: Label,
    affiliate: Label,
    brand: Label,
    campaign: Label,
    consent: Label,
    creative: Label,
    device: Label,
    geo: Label,
    level: Label,
    method: Label,
}

impl Sample {
    /// A sample with the ids of a run. Its money is the 100.00 USD of seed 003 §4.3.
    pub fn new(ids: Ids) -> Self {
        let usd: Currency = "USD".parse().expect("it is in the list");
        let money = Money::new(Amount::from_minor(10_000, usd), usd).expect("two decimals are what it has");
        let words = Words {
            aff_sub: Label::new("sub-1"),
            affiliate: Label::new("affiliate-1"),
            brand: Label::new("alpha"),
            campaign: Label::new("campaign-1"),
            consent: Label::new("2025-10"),
            creative: Label::new("banner-1"),
            device: Label::new("android"),
            geo: Label::new("BR"),
            level: Label::new("basic"),
            method: Label::new("card"),
        };
        Self { ids, money, words }
    }

    /// The player, with the click id that is derived.
    pub fn player(&self) -> Player<'_> {
        let tag = self.ids.tag();
        Player { account: format!("u_{tag}"), session: format!("s_{tag}"), ..self.nth_player(0) }
    }

    /// One of many players: the one of that journey, with the click id that is derived.
    pub fn nth_player(&self, journey: u64) -> Player<'_> {
        let words = &self.words;
        let tag = self.ids.tag();
        Player {
            journey,
            click_id: Label::new(self.ids.click(journey)),
            account: format!("u_{tag}_{journey}"),
            session: format!("s_{tag}_{journey}"),
            ip: Ipv4Addr::new(203, 0, 113, 7),
            user_agent: "Mozilla/5.0",
            geo: &words.geo,
            device: &words.device,
            brand: &words.brand,
            affiliate: &words.affiliate,
            aff_sub: &words.aff_sub,
            campaign: &words.campaign,
            creative: &words.creative,
            consent: &words.consent,
        }
    }

    /// The unsigned body of an event that happened at a second since 1970.
    pub fn body(&self, profile: &dyn Profile, kind: EventKind, player: &Player<'_>, at: i64) -> Vec<u8> {
        let mut body = Vec::with_capacity(512);
        profile.write_body(&self.ids, player, &self.event(Self::key(kind), at), &mut body);
        body
    }

    /// The event of that key; a deposit is the account's first.
    pub fn event(&self, key: EventKey, at: i64) -> Event<'_> {
        let detail = match key.kind {
            EventKind::Registration => Detail::Registration,
            EventKind::KycApproved => Detail::Kyc { level: &self.words.level },
            EventKind::Deposit => Detail::Deposit { money: self.money, is_ftd: true, method: &self.words.method },
            EventKind::Refund | EventKind::Chargeback => Detail::Reversal { money: self.money },
        };
        Event { key, at, detail }
    }

    /// The ids that players and events are named by.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The derived `event_id` of that kind of event.
    pub fn event_id(&self, kind: EventKind) -> String {
        self.ids.event(Self::key(kind))
    }

    fn key(kind: EventKind) -> EventKey {
        let slot = match kind {
            EventKind::Registration => 1,
            EventKind::KycApproved => 2,
            EventKind::Deposit => 3,
            EventKind::Refund => 4,
            EventKind::Chargeback => 5,
        };
        EventKey { journey: 0, slot, kind }
    }
}
