//! The itinerary of a player: what is done and when, from the click to the page that thanks for the deposit. Doing it is left to `run`.

use std::iter;

use jiff::Timestamp;

use super::conversion::Visitor;
use super::crowd::Crowd;
use crate::journey::{Journey, Journeys, user_agent};
use crate::model::{Detail, Event, EventKey, EventKind};

/// What a player does, in turn.
#[derive(Clone, Debug)]
pub struct Itinerary<'p> {
    /// Who it is, with the events that are caused: the registration, the KYC approval, the first deposit, as far as they come.
    pub journey: Journey<'p>,
    /// The moves, in the order of time.
    pub stops: Vec<Stop<'p>>,
    /// Who it is, as the model has it.
    pub visitor: Visitor<'p>,
}

/// A move and its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop<'p> {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Move<'p>,
}

/// What a player can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move<'p> {
    /// Follows the affiliate's link to the landing page.
    Click,
    /// Looks at the page of that name, as [`Visitor::path`] has it.
    Page(&'p str),
    /// Causes the event of that place in the journey.
    Cause(usize),
    /// Looks at the page that welcomes after the registration.
    Welcome,
    /// Looks at the page that thanks for the deposit, where the pixel is.
    Thanks,
}

/// Seconds from the deposit to the page that thanks for it.
const THANKED_AFTER: i64 = 1;

impl<'p> Crowd<'p> {
    /// The itinerary of a player of a run whose journeys are these; there have to be as many of them as players. A player whose blocker
    /// stops the click goes nowhere.
    pub fn itinerary(&self, journeys: &Journeys<'p>, player: u64) -> Itinerary<'p> {
        let visitor = self.visitor(player);
        let mut journey = journeys.journey(player);
        journey.clicked_at = visitor.clicked.as_second();
        journey.player.brand = visitor.brand;
        journey.player.affiliate = visitor.affiliate;
        journey.player.geo = visitor.country;
        journey.player.device = visitor.device.label();
        journey.player.user_agent = user_agent(visitor.device.name());
        journey.events = events(journeys, &visitor);
        let stops = if visitor.arrives { stops(&visitor, &journey.events) } else { Vec::new() };
        Itinerary { journey, stops, visitor }
    }
}

/// The events of a player: a registration by itself, or all three up to the deposit.
fn events<'p>(journeys: &Journeys<'p>, visitor: &Visitor<'p>) -> Vec<Event<'p>> {
    let Some(registered) = visitor.registered else { return Vec::new() };
    let key = |slot, kind| EventKey { journey: visitor.player, slot, kind };
    let event = |slot, kind, at, detail| Event { key: key(slot, kind), at, detail };
    let registered = registered.as_second();
    let mut events = vec![event(1, EventKind::Registration, registered, Detail::Registration)];
    let Some(conversion) = visitor.conversion else { return events };
    let deposited = conversion.deposited.as_second();
    let (level, method) = journeys.wording(visitor.player);
    let known = registered + (deposited - registered) / 2;
    events.push(event(2, EventKind::KycApproved, known, Detail::Kyc { level }));
    let deposit = Detail::Deposit { money: conversion.money, is_ftd: true, method };
    events.push(event(3, EventKind::Deposit, deposited, deposit));
    events
}

/// The moves of a player who arrives. Pages are looked at in even steps between the click and the registration; who never registers looks
/// at the landing page alone.
fn stops<'p>(visitor: &Visitor<'p>, events: &[Event<'p>]) -> Vec<Stop<'p>> {
    let stop = |at: i64, action| Stop { at: Timestamp::from_second(at).unwrap_or(visitor.clicked), action };
    let clicked = visitor.clicked.as_second();
    let mut stops = vec![stop(clicked, Move::Click)];
    if let Some(registered) = visitor.registered {
        // The landing page is where the click leads.
        let pages: Vec<&str> = visitor.path.as_str().split('>').skip(1).collect();
        let legs = i64::try_from(pages.len() + 1).unwrap_or(i64::MAX);
        let span = registered.as_second() - clicked;
        stops.extend(iter::zip(1.., pages).map(|(place, name)| stop(clicked + span * place / legs, Move::Page(name))));
    }
    for (place, event) in iter::zip(0.., events) {
        stops.push(stop(event.at, Move::Cause(place)));
        if event.key.kind == EventKind::Registration {
            stops.push(stop(event.at, Move::Welcome));
        }
    }
    if let Some(conversion) = visitor.conversion {
        stops.push(stop(conversion.deposited.as_second() + THANKED_AFTER, Move::Thanks));
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Ids;
    use crate::scenario::{self, Scenario};

    fn scenario() -> Scenario {
        let text = "[journeys]\nplayers = 400\n[parallel]\nplayers = 400\n";
        scenario::check(&scenario::read("test", text).unwrap(), "test", text).unwrap()
    }

    #[test]
    fn moves_come_in_the_order_of_time_and_end_with_the_thanks() {
        let scenario = scenario();
        let start = Timestamp::from_second(1_761_000_000).unwrap();
        let ids = Ids::new("k3f9q2xw".parse().unwrap());
        let journeys = Journeys::new(&scenario.journeys, &ids, 7, start.as_second());
        let crowd = Crowd::new(&scenario.parallel, &scenario.journeys, 7, start, 400);
        let mut depositors = 0;
        for player in 0..400 {
            let Itinerary { journey, stops, visitor } = crowd.itinerary(&journeys, player);
            assert!(stops.is_sorted_by_key(|stop| stop.at), "{stops:?}");
            assert_eq!(stops.is_empty(), !visitor.arrives);
            assert_eq!(journey.player.brand, visitor.brand);
            let causes = stops.iter().filter(|stop| matches!(stop.action, Move::Cause(_))).count();
            assert_eq!(causes, if visitor.arrives { journey.events.len() } else { 0 });
            let thanked = stops.last().is_some_and(|stop| stop.action == Move::Thanks);
            assert_eq!(thanked, visitor.conversion.is_some());
            depositors += u32::from(thanked);
            let names =
                stops.iter().filter_map(|stop| if let Move::Page(name) = stop.action { Some(name) } else { None });
            let way: Vec<&str> = iter::once("landing").chain(names).collect();
            assert!(visitor.registered.is_none() || way.join(">") == visitor.path.as_str(), "{way:?}");
        }
        assert!(depositors > 100, "{depositors}");
    }
}
