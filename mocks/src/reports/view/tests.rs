//! What a view makes of single events; sums over many are in `agreement`, formulas in `formulas`.

use std::sync::Arc;

use jiff::tz::{Offset, TimeZone};

use super::*;
use crate::reports::calendar::{Boundaries, Days};
use crate::reports::entry::ClickFacts;
use crate::reports::shelf::{Happening, Shelf, books};
use crate::tracker::books::fx::Fx;

fn lens(by: Dimension, boundaries: Boundaries, days: Days) -> Lens {
    let calendar = Calendar::new(TimeZone::UTC, days, boundaries);
    let as_of = "2026-12-31T00:00:00Z".parse().expect("an instant");
    Lens { affiliate: Pick::Any, brand: Pick::Any, by: vec![by], calendar, as_of }
}

fn deposit<'a>(player: &'a str, at: &str, money: (i64, &'a str)) -> Happening<'a> {
    let named = |text: &str| Some(text.to_owned());
    let facts = ClickFacts { affiliate: named("acme"), geo: named("BR"), ..ClickFacts::default() };
    Happening {
        kind: Kind::Deposit,
        player,
        brand: Some("b1"),
        facts: Arc::new(facts),
        at: at.parse().expect("an instant"),
        money: Some((Decimal::from(money.0), money.1)),
        commission: None,
        billable: true,
    }
}

fn shelf(terms: &Terms, happenings: Vec<Happening<'_>>) -> Shelf {
    let books = books(terms, Fx::built_in());
    let mut shelf = Shelf::default();
    for happening in happenings {
        shelf.book(&books, happening);
    }
    shelf
}

fn seen(lens: Lens, terms: &Terms, happenings: Vec<Happening<'_>>) -> View {
    let mut view = View::new(lens);
    shelf(terms, happenings).entries.iter().for_each(|entry| view.entry(entry, terms));
    view.settle(terms);
    view
}

fn names(view: &View) -> Vec<&str> {
    view.groups().0.iter().map(|(key, _)| key[0].as_deref().unwrap_or("none")).collect()
}

#[test]
fn a_probable_match_is_shown_and_not_paid() {
    let terms = Terms::default();
    let probable = Happening { billable: false, ..deposit("p", "2026-11-02T12:00:00Z", (50, "USD")) };
    let view = seen(lens(Dimension::Affiliate, Boundaries::Asked, Days::default()), &terms, vec![probable]);
    let total = view.total();
    assert_eq!((total.ftds, total.not_billable.events, total.not_billable.ftds), (1, 1, 1));
    assert_eq!((total.ngr, total.commission), (Decimal::from(50), Decimal::ZERO));
}

#[test]
fn what_no_rate_converts_is_counted_beside() {
    let terms = Terms::default();
    let deposits = vec![
        deposit("p", "2026-11-02T12:00:00Z", (500, "AFN")),
        deposit("p", "2026-11-02T13:00:00Z", (20, "USD")),
        deposit("q", "2026-11-02T13:00:00Z", (7, "AFN")),
    ];
    let view = seen(lens(Dimension::Geo, Boundaries::Asked, Days::default()), &terms, deposits);
    assert_eq!((view.total().deposits.count, view.total().unconverted), (3, 2));
    assert_eq!(view.total().ngr, Decimal::from(20));
    assert_eq!(view.unconverted().get("AFN"), Some(&Decimal::from(507)));
    assert_eq!(view.total().commission, Decimal::ONE_HUNDRED, "the first deposit is qualified in its own currency");
}

#[test]
fn the_servers_midnight_moves_events_to_another_day() {
    let terms = Terms::default();
    let late = || vec![deposit("p", "2026-11-02T01:00:00Z", (20, "USD"))];
    let sound = seen(lens(Dimension::Day, Boundaries::Asked, Days::default()), &terms, late());
    assert_eq!(names(&sound), ["2026-11-02"]);
    let server = Boundaries::Server(Offset::constant(-3));
    assert_eq!(names(&seen(lens(Dimension::Day, server, Days::default()), &terms, late())), ["2026-11-01"]);
}

#[test]
fn a_settlement_stands_on_the_last_day_of_its_month() {
    let terms = "default_contract = { model = \"revenue_share\", share_percent = \"50\" }";
    let terms = Terms::parse(terms).expect("terms");
    let refund = |at| Happening { kind: Kind::Refund, ..deposit("p", at, (30, "USD")) };
    let events = || vec![deposit("p", "2026-10-05T00:00:00Z", (20, "USD")), refund("2026-11-02T01:00:00Z")];
    let view = seen(lens(Dimension::Day, Boundaries::Asked, Days::default()), &terms, events());
    assert_eq!(names(&view), ["2026-10-05", "2026-11-02", "2026-11-30"]);
    let owed: Vec<_> = view.groups().0.iter().map(|(_, tally)| tally.commission.normalize().to_string()).collect();
    assert_eq!(owed, ["10", "-15", "15"], "November pays nothing, and takes nothing back");
    let to = "2026-11-29".parse().ok();
    let early = seen(lens(Dimension::Day, Boundaries::Asked, Days { from: None, to }), &terms, events());
    assert_eq!(early.total().commission, Decimal::from(-5), "a month is settled on its last day and not before");
}

#[test]
fn a_spent_bound_is_one_row_of_others() {
    let terms = Terms::default();
    let days = |day: u8| format!("2026-11-0{day}T00:00:00Z");
    let shelf = shelf(&terms, (1..=4).map(|day| deposit("p", &days(day), (20, "USD"))).collect());
    let mut view = View::bounded(lens(Dimension::Day, Boundaries::Asked, Days::default()), 2);
    shelf.entries.iter().for_each(|entry| view.entry(entry, &terms));
    assert_eq!(names(&view), ["2026-11-01", "2026-11-02"]);
    assert_eq!(view.groups().1.map(|tally| tally.deposits.count), Some(2));
    assert_eq!(view.total().deposits.count, 4);
}

#[test]
fn months_are_those_of_the_projects_zone() {
    let terms = "zone = \"America/Sao_Paulo\"\n\
                 default_contract = { model = \"revenue_share\", share_percent = \"50\" }";
    let terms = Terms::parse(terms).expect("terms");
    // In UTC this is November's first hour; in the project's zone it is October's last evening.
    let refund = Happening { kind: Kind::Refund, ..deposit("p", "2026-11-01T01:00:00Z", (30, "USD")) };
    let view = seen(lens(Dimension::Day, Boundaries::Asked, Days::default()), &terms, vec![refund]);
    assert_eq!(names(&view), ["2026-10-31", "2026-11-01"]);
}

#[test]
fn a_sent_commission_without_a_rate_is_not_replaced_by_the_contract() {
    let terms = Terms::default();
    let sent = Happening { commission: Some(Decimal::TEN), ..deposit("p", "2026-11-02T12:00:00Z", (500, "AFN")) };
    let view = seen(lens(Dimension::Affiliate, Boundaries::Asked, Days::default()), &terms, vec![sent]);
    assert_eq!((view.total().ftds, view.total().unconverted), (1, 1));
    assert_eq!(view.total().commission, Decimal::ZERO);
}

#[test]
fn a_player_registers_once() {
    let register = |at| Happening { kind: Kind::Registration, money: None, ..deposit("p", at, (0, "USD")) };
    let again = vec![register("2026-11-02T12:00:00Z"), register("2026-11-03T12:00:00Z")];
    let view = seen(lens(Dimension::Affiliate, Boundaries::Asked, Days::default()), &Terms::default(), again);
    assert_eq!((view.total().registrations, view.total().registrants.players), (2, 1));
    let mut entry = shelf(&Terms::default(), vec![register("2026-11-02T12:00:00.123456Z")]).entries.remove(0);
    entry.registered_at = Timestamp::from_millisecond(entry.at.as_millisecond()).ok();
    let mut view = View::new(lens(Dimension::Affiliate, Boundaries::Asked, Days::default()));
    view.entry(&entry, &Terms::default());
    assert_eq!(view.total().registrants.players, 1, "the store keeps milliseconds");
}
