//! Histories for the oracle's own tests: random journeys with whatever attempts and credits the contract allows.
//! Each delivery stands beside the credits booked for it and the word that the oracle owes for it.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::{Books, Evidence};
use crate::journey::Journeys;
use crate::model::{
    Amount, Attempt, BookedAmount, Credit, Delivery, EventKey, EventKind, FailReason, FaultKind, Ids, InfoReason,
    Mixer, Money, Outcome, OwedBrand, Purpose, Road, Sent,
};
use crate::scenario::{self, JourneyPlan};

pub(super) const OK: Outcome = Outcome::Ok { repeat: None };
pub(super) const REFUSED: Outcome = Outcome::Fail(FailReason::Refused(422));
pub(super) const UNKNOWN: Outcome = Outcome::Info(InfoReason::Timeout);
pub(super) const CONFLICT: Outcome = Outcome::Info(InfoReason::Status(409));

/// Above the smallest deposit that journeys make, so that some first deposits are FTDs and some are not.
pub(super) const FTD_MINIMUM: &str = "60";

/// One delivery, the credits booked for it, and what the oracle has to say of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) delivery: Delivery,
    pub(super) credits: Vec<Credit>,
    pub(super) word: String,
}

/// All that a run knows in the end, and the truth about it.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) entries: Vec<Entry>,
    /// Credits that stood there before, and still stand there.
    pub(super) before: Vec<Credit>,
    /// New credits that no delivery explains.
    pub(super) strangers: Vec<Credit>,
    /// The kinds of events that the books hold.
    pub(super) held: Vec<EventKind>,
    /// Whether credits tell if they count as FTDs.
    tells_ftd: bool,
    /// What its journeys come from.
    pub(super) players: u64,
    pub(super) seed: u64,
}

/// How the attempts of a genuine delivery ended, and what that makes of it.
#[derive(Clone, Debug)]
struct Course {
    attempts: Vec<Outcome>,
    word: &'static str,
}

/// A forgery and the answers to it.
#[derive(Clone, Debug)]
struct Forging {
    of: Index,
    kind: FaultKind,
    attempts: Vec<Outcome>,
}

impl History {
    /// The deliveries, in an order of their own for every number.
    pub(super) fn deliveries(&self, order: u64) -> Vec<Delivery> {
        shuffled(self.entries.iter().map(|entry| entry.delivery.clone()).collect(), order)
    }

    /// The books, in an order of their own for every number.
    pub(super) fn books(&self, order: u64) -> Books {
        let new = self.entries.iter().flat_map(|entry| &entry.credits).chain(&self.strangers);
        let after = self.before.iter().chain(new).cloned().collect();
        Books { before: shuffled(self.before.clone(), order + 1), after: shuffled(after, order + 2), unsettled: false }
    }

    /// What the oracle has to say, for each delivery by its id and purpose.
    pub(super) fn words(&self) -> BTreeMap<(String, String), String> {
        self.entries
            .iter()
            .map(|entry| (name(&entry.delivery.sent, entry.delivery.purpose), entry.word.clone()))
            .collect()
    }

    /// The places of the genuine events that the books hold; there always is one, because deposits are always held.
    pub(super) fn genuine(&self) -> Vec<usize> {
        let wanted =
            |delivery: &Delivery| delivery.purpose == Purpose::Genuine && self.held.contains(&delivery.sent.kind());
        (0..self.entries.len()).filter(|&place| wanted(&self.entries[place].delivery)).collect()
    }

    /// Makes sure that this event was accepted, and credited once.
    pub(super) fn accept(&mut self, place: usize) {
        let tells_ftd = self.tells_ftd;
        let entry = &mut self.entries[place];
        entry.delivery.attempts.push(attempt(OK));
        if entry.credits.is_empty() {
            let is_ftd = tells_ftd.then(|| counts_as_ftd(&entry.delivery.sent));
            entry.credits.push(Credit { is_ftd, ..credit(&entry.delivery.sent) });
        }
        "ok".clone_into(&mut entry.word);
    }

    /// Makes every credit tell whether it counts as an FTD, each of them rightly.
    pub(super) fn tell_ftd(&mut self) {
        self.tells_ftd = true;
        for entry in &mut self.entries {
            for credit in &mut entry.credits {
                credit.is_ftd = Some(counts_as_ftd(&entry.delivery.sent));
            }
        }
    }
}

/// The evidence that deliveries and books are.
pub(super) fn evidence<'a>(
    deliveries: &'a [Delivery],
    books: Option<&'a Books>,
    ids: &'a Ids,
    held: &'a [EventKind],
) -> Evidence<'a> {
    Evidence { deliveries, books, ids, ftd_minimum: amount(FTD_MINIMUM), booked: held, road: Road::Own }
}

pub(super) fn ids() -> Ids {
    Ids::new("k3f9q2xw".parse().unwrap())
}

pub(super) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// What the name of a row is made of: a conflicting delivery shares its id with a genuine one.
pub(super) fn name(sent: &Sent, purpose: Purpose) -> (String, String) {
    (sent.event_id.clone(), format!("{purpose:?}"))
}

/// A postback of journey 0, with money where its kind has some.
pub(super) fn sent(kind: EventKind, slot: u16, money: &str) -> Sent {
    let key = EventKey { journey: 0, slot, kind };
    let has_money = matches!(kind, EventKind::Deposit | EventKind::Refund | EventKind::Chargeback);
    Sent {
        key,
        event_id: ids().event(key),
        click_id: "clk-0".to_owned(),
        account: "u_0".to_owned(),
        affiliate: "aff-101".to_owned(),
        brand: "lucky-star".to_owned(),
        at: 1_761_059_551 + i64::from(slot) * 600,
        money: has_money.then(|| Money::new(amount(money), "EUR".parse().unwrap()).unwrap()),
        says_ftd: false,
        says_time: true,
        owed_brand: OwedBrand::Named,
    }
}

pub(super) fn attempt(outcome: Outcome) -> Attempt {
    Attempt { outcome, took: Duration::from_millis(1) }
}

pub(super) fn delivery(sent: Sent, purpose: Purpose, attempts: &[Outcome]) -> Delivery {
    let attempts = attempts.iter().copied().map(attempt).collect();
    Delivery { sent, purpose, faults: Vec::new(), attempts, dead_lettered: false }
}

/// The credit that a postback owes, with the keys that every target gives.
pub(super) fn credit(sent: &Sent) -> Credit {
    let back = matches!(sent.kind(), EventKind::Refund | EventKind::Chargeback);
    let booked = |money: Money| if back { money.amount().negated() } else { money.amount() };
    Credit {
        event_id: sent.event_id.clone(),
        click_id: Some(sent.click_id.clone()),
        event: Some(sent.kind().name().to_owned()),
        amount: sent.money.map(|money| BookedAmount::Exact(booked(money))),
        currency: sent.money.map(|money| money.currency().to_string()),
        ..Credit::default()
    }
}

/// The forgery of a kind as it is sent: under an id of its own, unless it needs the genuine one's.
pub(super) fn forged(genuine: &Sent, kind: FaultKind, attempts: &[Outcome]) -> Delivery {
    let mut sent = genuine.clone();
    if kind == FaultKind::OtherAmount {
        sent.money = sent.money.map(Money::other);
        return delivery(sent, Purpose::Conflicting(kind.name()), attempts);
    }
    sent.key = sent.key.forged(kind.number());
    sent.event_id = ids().event(sent.key);
    delivery(sent, Purpose::Forged(kind.name()), attempts)
}

/// A run has one first deposit an account, the one that says so, and it counts from the minimum upwards.
fn counts_as_ftd(sent: &Sent) -> bool {
    sent.says_ftd && sent.money.is_some_and(|money| money.amount() >= amount(FTD_MINIMUM))
}

fn shuffled<T>(mut items: Vec<T>, order: u64) -> Vec<T> {
    let mixer = Mixer::new(order);
    for last in (1..items.len()).rev() {
        let chosen = mixer.word(last as u64).below(last as u64 + 1);
        items.swap(last, usize::try_from(chosen).unwrap());
    }
    items
}

/// The plan that the journeys of histories keep to.
pub(super) fn plan(players: u64) -> JourneyPlan {
    let text = format!("journeys = {{ players = {players}, funnel = {{ repeat = \"50%\", reversal = \"50%\" }} }}");
    scenario::check(&scenario::read("test", &text).unwrap(), "test", &text).unwrap().journeys
}

/// When they start.
pub(super) const START: i64 = 1_761_059_551;

fn journeys(players: u64, seed: u64) -> Vec<Sent> {
    let plan = plan(players);
    let ids = ids();
    let journeys = Journeys::new(&plan, &ids, seed, START);
    let mut all = Vec::new();
    for journey in (0..players).map(|index| journeys.journey(index)) {
        all.extend(journey.events.iter().map(|event| Sent::of(&ids, &journey.player, event)));
    }
    all
}

fn accepted() -> impl Strategy<Value = Outcome> {
    select(vec![OK, Outcome::Ok { repeat: Some(false) }, Outcome::Ok { repeat: Some(true) }])
}

fn unknown() -> impl Strategy<Value = Outcome> {
    let reasons = [
        InfoReason::Timeout,
        InfoReason::GaveUpWaiting,
        InfoReason::AckLost(200),
        InfoReason::Broken,
        InfoReason::Status(503),
        InfoReason::Status(409),
        InfoReason::Redirect(302),
        InfoReason::Unclear(200),
    ];
    select(reasons.map(Outcome::Info).to_vec())
}

fn refused() -> impl Strategy<Value = Outcome> {
    let reasons = [FailReason::NotConnected, FailReason::Refused(401), FailReason::Refused(422)];
    select(reasons.map(Outcome::Fail).to_vec())
}

/// Any way in which a genuine delivery may go while nothing is wrong.
fn courses() -> impl Strategy<Value = Course> {
    let setbacks = || vec(prop_oneof![unknown(), refused()], 0..3);
    let course = |before: Vec<Outcome>, decisive, after: Vec<Outcome>, word| Course {
        attempts: [before, vec![decisive], after].concat(),
        word,
    };
    prop_oneof![
        6 => (setbacks(), accepted(), vec(prop_oneof![accepted(), unknown(), refused()], 0..3))
            .prop_map(move |(before, ok, after)| course(before, ok, after, "ok")),
        2 => (setbacks(), unknown(), select(vec!["recovered", "unresolved", "dead-lettered"]))
            .prop_map(move |(before, info, word)| course(before, info, Vec::new(), word)),
    ]
}

fn forgings() -> impl Strategy<Value = Forging> {
    let kinds: Vec<FaultKind> = FaultKind::ALL.into_iter().filter(|kind| kind.is_forgery()).collect();
    (any::<Index>(), select(kinds), vec(prop_oneof![unknown(), refused()], 1..3), any::<bool>()).prop_map(
        |(of, kind, mut attempts, taken)| {
            // Another amount under a known id may be taken as a repeat; every other forgery may not.
            if taken && kind == FaultKind::OtherAmount {
                attempts.push(OK);
            }
            Forging { of, kind, attempts }
        },
    )
}

/// Random histories in which the target did everything right.
pub(super) fn histories() -> impl Strategy<Value = History> {
    let others = vec![EventKind::Registration, EventKind::KycApproved, EventKind::Refund, EventKind::Chargeback];
    let held = prop_oneof![Just(others.clone()), subsequence(others, 0..=4)];
    let detail = (held, any::<bool>(), any::<bool>());
    (1..6_u64, any::<u64>(), vec((courses(), prop::bool::weighted(0.1)), 1..30), vec(forgings(), 0..8), detail)
        .prop_map(|(players, seed, courses, forgings, (mut held, tells_ftd, tells_more))| {
            held.push(EventKind::Deposit);
            let mut history = History {
                entries: Vec::new(),
                before: vec![foreign(1)],
                strangers: Vec::new(),
                held,
                tells_ftd: false,
                players,
                seed,
            };
            for (sent, (course, old)) in journeys(players, seed).into_iter().zip(courses.iter().cycle()) {
                history.add(sent, course, *old, tells_more);
            }
            history.forge(&forgings);
            if tells_ftd {
                history.tell_ftd();
            }
            history.strangers.push(foreign(2));
            history
        })
}

/// A credit of other traffic.
fn foreign(number: u64) -> Credit {
    let (event_id, click_id) = (format!("dep_somebody_{number}"), Some(format!("their-click-{number}")));
    Credit { event_id, click_id, amount: Some(BookedAmount::Exact(amount("12.34"))), ..Credit::default() }
}

impl History {
    fn add(&mut self, sent: Sent, course: &Course, old: bool, tells_more: bool) {
        let held = self.held.contains(&sent.kind());
        let mut owed = credit(&sent);
        if tells_more {
            owed.brand = Some(Some(sent.brand.clone()));
            owed.ts_event = Some(Some(sent.at.to_string()));
        }
        if old {
            self.before.push(owed.clone());
        }
        // What the books do not hold cannot show there that it was taken after all.
        let word = if course.word == "recovered" && !held { "unresolved" } else { course.word };
        let credits = if held && matches!(word, "ok" | "recovered") { vec![owed] } else { Vec::new() };
        let mut delivery = delivery(sent, Purpose::Genuine, &course.attempts);
        delivery.dead_lettered = word == "dead-lettered";
        self.entries.push(Entry { delivery, credits, word: word.to_owned() });
    }

    fn forge(&mut self, forgings: &[Forging]) {
        let genuine: Vec<Sent> = self.entries.iter().map(|entry| entry.delivery.sent.clone()).collect();
        let mut made = HashSet::new();
        for Forging { of, kind, attempts } in forgings {
            let sent = of.get(&genuine);
            let possible = *kind != FaultKind::OtherAmount || sent.kind() == EventKind::Deposit;
            if possible && made.insert((sent.key, *kind)) {
                let delivery = forged(sent, *kind, attempts);
                self.entries.push(Entry { delivery, credits: Vec::new(), word: "harmless".to_owned() });
            }
        }
    }
}
