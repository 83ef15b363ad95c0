//! Where faults fall: by rate, by floor, on fitting events only, and at the same places for the same inputs.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::*;
use crate::fault::{Course, Forger, Moment};
use crate::journey::Journeys;
use crate::model::{Ids, Secret};
use crate::profile::{Dialect, S2sJson};
use crate::scenario::{self, Scenario};
use crate::sign::{self, Algorithm, Bearer, Settings, TokenKey, TokenMaker};

const START: i64 = 1_761_059_551;

fn scenario(text: &str) -> Scenario {
    scenario::check(&scenario::read("test", text).unwrap(), "test", text).unwrap()
}

fn ids(tag: &str) -> Ids {
    Ids::new(tag.parse().unwrap())
}

/// The events that each kind was placed on.
fn placed(scenario: &Scenario, seed: u64) -> BTreeMap<FaultKind, BTreeSet<EventKey>> {
    let ids = ids("k3f9q2xw");
    let journeys = Journeys::new(&scenario.journeys, &ids, seed, START);
    let placement = Placement::new(&scenario.faults, &journeys, seed);
    let mut placed: BTreeMap<_, BTreeSet<_>> = FaultKind::ALL.into_iter().map(|kind| (kind, BTreeSet::new())).collect();
    for event in (0..journeys.count()).flat_map(|index| journeys.journey(index).events) {
        let EventFaults { genuine, forged } = placement.of(event.key);
        assert!(genuine.iter().all(|kind| !kind.is_forgery()) && forged.iter().all(|kind| kind.is_forgery()));
        for kind in genuine.into_iter().chain(forged) {
            assert!(placed.entry(kind).or_default().insert(event.key), "{kind:?} stands twice on {:?}", event.key);
        }
    }
    placed
}

/// Every kind at this rate.
fn rates(share: &str) -> String {
    let lines: Vec<String> = FaultKind::ALL.iter().map(|kind| format!("{} = \"{share}\"", kind.name())).collect();
    format!("[faults.rates]\n{}\n", lines.join("\n"))
}

fn every_event(scenario: &Scenario, seed: u64) -> Vec<EventKey> {
    let ids = ids("k3f9q2xw");
    let journeys = Journeys::new(&scenario.journeys, &ids, seed, START);
    (0..journeys.count()).flat_map(|index| journeys.journey(index).events).map(|event| event.key).collect()
}

#[test]
fn the_default_run_has_every_kind_ten_times() {
    let first_run = scenario(include_str!("../../../scenarios/first-run.toml"));
    for seed in 0..20 {
        for (kind, events) in placed(&first_run, seed) {
            assert!(events.len() >= 10, "{kind:?} {} times with seed {seed}", events.len());
        }
    }
}

#[test]
fn the_floor_is_met_where_the_hash_leaves_fewer() {
    let at_least = |floor: u64| scenario(&format!("faults.at_least = {floor}\n{}", rates("0.0001%")));
    let (three, ten) = (placed(&at_least(3), 7), placed(&at_least(10), 7));
    for (kind, events) in &ten {
        assert_eq!((three[kind].len(), events.len()), (3, 10), "{kind:?}");
        // The lowest hashes are taken, so that a higher floor only adds.
        assert!(three[kind].is_subset(events), "{kind:?}");
    }
}

#[test]
fn a_floor_above_the_number_of_fitting_events_takes_them_all() {
    let few = scenario(&format!("journeys.players = 2\nfaults.at_least = 1000\n{}", rates("1%")));
    let all: BTreeSet<EventKey> = every_event(&few, 7).into_iter().collect();
    let placed = placed(&few, 7);
    assert_eq!(placed[&FaultKind::Duplicate], all);
    assert_eq!(placed[&FaultKind::WrongSecret], all);
    assert_eq!(placed[&FaultKind::Reordered].len(), 2);
}

#[test]
fn rates_are_kept() {
    let text = format!("journeys.players = 1000\nfaults.at_least = 0\n{}", rates("10%"));
    let many = scenario(&text);
    let events = every_event(&many, 7).len();
    assert_eq!(events, 4100);
    for (kind, placed) in placed(&many, 7) {
        let fitting = match kind {
            FaultKind::Reordered => 1000,
            // A KYC and the last event of each journey.
            FaultKind::OtherAmount | FaultKind::Late => 2000,
            _ => events,
        };
        // Five standard deviations of a binomial at 10 %: 1.5 · √n.
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let (count, owed) = (placed.len() as f64, fitting as f64);
        assert!((count - owed * 0.1).abs() < 1.5 * owed.sqrt(), "{kind:?}: {count} of {owed}");
    }
}

#[test]
fn every_kind_has_places_of_its_own() {
    let scenario = scenario(&rates("10%"));
    let placed = placed(&scenario, 7);
    let anywhere: Vec<FaultKind> = FaultKind::ALL
        .into_iter()
        .filter(|kind| !matches!(kind, FaultKind::Reordered | FaultKind::Late | FaultKind::OtherAmount))
        .collect();
    for (at, kind) in anywhere.iter().enumerate() {
        for other in &anywhere[at + 1..] {
            // Of some 82 places of each, chance alone puts about eight together.
            let both = placed[kind].intersection(&placed[other]).count();
            assert!(both < 25, "{kind:?} and {other:?} share {both} places");
        }
    }
}

#[test]
fn all_and_none_are_rates_too() {
    let all = scenario(&rates("100%"));
    let events: BTreeSet<EventKey> = every_event(&all, 7).into_iter().collect();
    let of = |kind| placed(&all, 7)[&kind].clone();
    assert_eq!(of(FaultKind::Concurrent), events);
    assert_eq!(of(FaultKind::TamperedBody), events);
    for none in [rates("0%"), format!("faults.enabled = false\n{}", rates("100%"))] {
        assert!(placed(&scenario(&none), 7).values().all(BTreeSet::is_empty));
    }
}

#[test]
fn a_fault_falls_on_fitting_events_only() {
    let funnel = "players = 300\nfunnel = { kyc = \"80%\", ftd = \"60%\", repeat = \"50%\", reversal = \"30%\" }";
    let scenario = scenario(&format!("[journeys]\n{funnel}\n{}", rates("100%")));
    let placed = placed(&scenario, 7);
    let ids = ids("k3f9q2xw");
    let journeys = Journeys::new(&scenario.journeys, &ids, 7, START);
    for journey in (0..300).map(|index| journeys.journey(index)) {
        let deposits = journey.events.iter().any(|event| event.key.kind == EventKind::Deposit);
        let last = journey.events.last().unwrap().key;
        let ftd = journey.events.iter().find(|event| event.detail.says_ftd()).map(|event| event.key);
        for key in journey.events.iter().map(|event| event.key) {
            let has = |kind| placed[&kind].contains(&key);
            assert_eq!(has(FaultKind::Reordered), key.kind == EventKind::Registration && deposits);
            // A deposit that comes late must not come after its own refund.
            assert_eq!(has(FaultKind::Late), key.kind == EventKind::KycApproved || key == last && Some(key) != ftd);
            assert_eq!(has(FaultKind::OtherAmount), key.kind == EventKind::Deposit);
            assert!(has(FaultKind::Duplicate) && has(FaultKind::WrongSecret));
        }
    }
}

#[test]
fn spares_are_further_events_that_fit() {
    let scenario = scenario("faults.at_least = 10");
    let ids = ids("k3f9q2xw");
    let journeys = Journeys::new(&scenario.journeys, &ids, 7, START);
    let placement = Placement::new(&scenario.faults, &journeys, 7);
    for kind in FaultKind::ALL.into_iter().filter(|kind| kind.is_forgery()) {
        let spares = placement.spares(kind);
        assert_eq!(spares.len(), SPARES, "{kind:?}");
        for &key in spares {
            assert!(!placement.of(key).forged.contains(&kind));
            assert!(kind != FaultKind::OtherAmount || key.kind == EventKind::Deposit);
        }
    }
}

fn dialect() -> Dialect {
    let settings = Settings::default();
    let scheme = (sign::find("s2s-json").unwrap().build)(settings);
    let key = TokenKey::new(Algorithm::Hs256, &Secret::new("a token secret")).unwrap();
    let bearer = Some(Bearer::Minted(TokenMaker::new(key)));
    Dialect { profile: &S2sJson, scheme, secret: Secret::new("a shared secret"), bearer }
}

/// The three inputs of a run, and the time at which it happens to be made.
#[derive(Clone, Copy)]
struct Inputs {
    seed: u64,
    tag: &'static str,
    start: i64,
    now: i64,
}

/// All that is sent in a run of 50 players: for each event its postback, its course and its forgeries.
struct Everything {
    messages: Vec<String>,
    courses: Vec<(EventKey, Course, Vec<FaultKind>)>,
}

fn everything(Inputs { seed, tag, start, now }: Inputs) -> Everything {
    let (scenario, ids, dialect) = (scenario("journeys.players = 50\nfaults.at_least = 5"), ids(tag), dialect());
    let now = jiff::Timestamp::from_second(now).unwrap();
    let journeys = Journeys::new(&scenario.journeys, &ids, seed, start);
    let placement = Placement::new(&scenario.faults, &journeys, seed);
    let known_clicks: HashSet<String> = (0..50).map(|index| ids.click(index)).collect();
    let forger = Forger { dialect: &dialect, ids: &ids, known_clicks: &known_clicks, seed };
    let (mut messages, mut courses) = (Vec::new(), Vec::new());
    for journey in (0..50).map(|index| journeys.journey(index)) {
        for event in &journey.events {
            let EventFaults { genuine, forged } = placement.of(event.key);
            let mut body = Vec::new();
            dialect.profile.write_body(&ids, &journey.player, event, &mut body);
            messages.push(format!("{:?}", dialect.postback(&ids.event(event.key), body, now).unwrap()));
            for &kind in forged.iter().filter(|&&kind| Forger::why_not(&dialect, kind).is_none()) {
                messages.push(format!("{:?}", forger.forge(kind, &journey.player, event, now).unwrap()));
            }
            courses.push((event.key, Course::new(&genuine, event.key, seed), forged));
        }
    }
    Everything { messages, courses }
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_the_same_faults_at_the_same_places() {
    let inputs = Inputs { seed: 7, tag: "k3f9q2xw", start: START, now: START + 1_000_000 };
    let first = everything(inputs);
    // 50 registrations, KYCs and first deposits, 25 · 2 repeats, 5 reversals, and five forgeries of each of nine kinds.
    assert!(first.messages.len() >= 205 + 45, "{}", first.messages.len());
    assert!(first.courses.iter().any(|(_, course, _)| course.moment != Moment::InTurn));

    let again = everything(Inputs { now: START + 9_999_999, ..inputs });
    assert_eq!(again.messages, first.messages);
    assert_eq!(again.courses, first.courses);

    let other_seed = everything(Inputs { seed: 8, ..inputs });
    assert_ne!(other_seed.courses, first.courses);
    let common: HashSet<&String> =
        other_seed.messages.iter().filter(|message| first.messages.contains(message)).collect();
    assert!(common.is_empty(), "{common:?}");
}

#[test]
fn a_fresh_tag_or_start_moves_no_fault_and_leaves_no_message_as_it_was() {
    let inputs = Inputs { seed: 7, tag: "k3f9q2xw", start: START, now: START + 1_000_000 };
    let first = everything(inputs);
    for other in [Inputs { tag: "another", ..inputs }, Inputs { start: START + 60, ..inputs }] {
        let other = everything(other);
        assert_eq!(other.courses, first.courses);
        assert!(other.messages.iter().zip(&first.messages).all(|(other, first)| other != first));
    }
}
