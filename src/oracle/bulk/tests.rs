//! The two oracles agree: whatever was sent, answered and booked, event by event, figure by figure, account by account.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Bulk, BulkProof, Terms, bulk_checks, bulk_fault_checks};
use crate::journey::{Journey, Journeys};
use crate::model::{
    BookedAmount, Credit, Delivery, EventKey, EventKind, FailReason, FaultKind, Ids, InfoReason, Money, Outcome,
    Purpose, Record, Sent, Stance, Verdict,
};
use crate::oracle::history::{
    CONFLICT, FTD_MINIMUM, History, OK, REFUSED, START, UNKNOWN, amount, attempt, credit, evidence, histories, ids,
    plan,
};
use crate::oracle::{Books, Exercise, Proof, Standing, checks, fingerprint, money_check, money_rows, prove};
use crate::scenario::{Rate, Traffic};

mod faults;

/// Anything that may happen to a delivery or to its credits, right or wrong.
#[derive(Clone, Debug)]
enum Turn {
    /// It is answered otherwise.
    Answered(Vec<Outcome>, bool),
    /// It is never sent.
    Unsent,
    /// One of its credits is booked again.
    Again,
    /// It has no credits.
    Gone,
    /// It is credited, whatever was answered.
    Credited,
    /// A credit says something else.
    Changed(u8),
    /// A credit carries the other amount that a conflicting delivery has.
    Other,
    /// A credit stood there before, as it is or otherwise.
    Stood(u8),
    /// Somebody books something of his own.
    Stranger(u8),
}

fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
    let all = [
        OK,
        Outcome::Ok { repeat: Some(false) },
        Outcome::Ok { repeat: Some(true) },
        REFUSED,
        Outcome::Fail(FailReason::NotConnected),
        UNKNOWN,
        CONFLICT,
        Outcome::Info(InfoReason::AckLost(200)),
    ];
    vec(select(all.to_vec()), 1..4)
}

fn turns() -> impl Strategy<Value = Vec<(Index, Turn)>> {
    let turn = prop_oneof![
        3 => (outcomes(), any::<bool>()).prop_map(|(outcomes, dead)| Turn::Answered(outcomes, dead)),
        1 => Just(Turn::Unsent),
        2 => Just(Turn::Again),
        2 => Just(Turn::Gone),
        2 => Just(Turn::Credited),
        5 => (0..15_u8).prop_map(Turn::Changed),
        2 => Just(Turn::Other),
        2 => (0..15_u8).prop_map(Turn::Stood),
        2 => (0..6_u8).prop_map(Turn::Stranger),
    ];
    vec((any::<Index>(), turn), 0..40)
}

/// Makes one value other than it was, or tells it in another way.
fn change(credit: &mut Credit, how: u8) {
    match how {
        0 => credit.amount = Some(BookedAmount::Exact(amount("60.01"))),
        1 => credit.amount = Some(BookedAmount::Other("12,50".to_owned())),
        2 => credit.amount = None,
        3 => credit.currency = Some("CHF".to_owned()),
        4 => credit.currency = None,
        5 => credit.click_id = None,
        6 => credit.click_id = Some("elsewhere".to_owned()),
        7 => credit.brand = Some(Some("somebody-else".to_owned())),
        8 => credit.brand = Some(None),
        9 => credit.ts_event = Some(Some("2025-10-21T15:12:31Z".to_owned())),
        10 => credit.ts_event = Some(Some("some day".to_owned())),
        11 => credit.event = Some("refund".to_owned()),
        12 => credit.event = Some("their own word".to_owned()),
        13 => credit.is_ftd = Some(true),
        _ => credit.is_ftd = Some(false),
    }
}

impl Turn {
    fn take(self, history: &mut History, at: Index) {
        if history.entries.is_empty() {
            return;
        }
        let place = at.index(history.entries.len());
        let entry = &mut history.entries[place];
        let owed = credit(&entry.delivery.sent);
        match self {
            Self::Answered(outcomes, dead) => {
                entry.delivery.attempts = outcomes.into_iter().map(attempt).collect();
                entry.delivery.dead_lettered = dead;
            }
            Self::Unsent => drop(history.entries.remove(place)),
            Self::Again => entry.credits.extend(entry.credits.first().cloned()),
            Self::Gone => entry.credits.clear(),
            Self::Credited => entry.credits.push(owed),
            Self::Changed(how) => entry.credits.iter_mut().take(1).for_each(|credit| change(credit, how)),
            Self::Other => {
                let other = Sent { money: entry.delivery.sent.money.map(Money::other), ..entry.delivery.sent.clone() };
                entry.credits.push(credit(&other));
            }
            Self::Stood(how) => {
                let mut old = entry.credits.first().cloned().unwrap_or(owed);
                history.before.push(old.clone());
                if how % 3 == 0 {
                    change(&mut old, how);
                    history.before.push(old);
                }
            }
            Self::Stranger(how) => {
                let sent = &entry.delivery.sent;
                let deposit = EventKey { kind: EventKind::Deposit, ..sent.key };
                let event_id = match how {
                    0 => "dep_k3f9q2xw_77_7_zzz".to_owned(),
                    1 => ids().event(EventKey { journey: 999_999, slot: 1, kind: EventKind::Registration }),
                    // Sound to the last character, and of no event that there is, or of one that is something else.
                    2 => ids().event(deposit.forged(9)),
                    3 => ids().event(EventKey { slot: 63, ..deposit }),
                    4 => ids().event(deposit),
                    _ => "somebody's".to_owned(),
                };
                history.strangers.push(Credit { event_id, ..owed });
            }
        }
    }
}

/// The records of every attempt, through the bytes of the ledger, in an order of their own.
fn records(journeys: &[Journey<'_>], deliveries: &[Delivery]) -> Vec<Record> {
    let mut records = Vec::new();
    for delivery in deliveries {
        let key = delivery.sent.key;
        let journey = &journeys[usize::try_from(key.journey).unwrap()];
        let event = journey.events.iter().find(|event| event.key.slot == key.slot % EventKey::SLOTS).unwrap();
        let stance = match delivery.purpose {
            Purpose::Genuine => Stance::Genuine,
            Purpose::Conflicting(_) => Stance::Conflicting,
            _ => Stance::Forged,
        };
        for attempt in &delivery.attempts {
            let owed = fingerprint(&journey.player, event, amount(FTD_MINIMUM));
            let record =
                Record { key, stance, outcome: attempt.outcome, stage: 0, owed, scheduled_ms: 0, response_us: 0 };
            records.push(Record::read(&record.bytes()).unwrap());
        }
    }
    records.reverse();
    records
}

type Rows = BTreeMap<(String, String), &'static str>;

/// Both proofs of one history.
struct Both<'a> {
    exact: Proof<'a>,
    bulk: BulkProof,
    rows: Rows,
}

/// What is the same in every comparison of one history.
struct Ground {
    ids: Ids,
    held: Vec<EventKind>,
    deliveries: Vec<Delivery>,
    books: Books,
}

impl Ground {
    fn of(history: &History, unsettled: bool) -> Self {
        let deliveries = history.entries.iter().map(|entry| entry.delivery.clone()).collect();
        let books = Books { unsettled, ..history.books(3) };
        Self { ids: ids(), held: history.held.clone(), deliveries, books }
    }

    fn prove(&self, history: &History, traffic: Traffic, with_books: bool) -> Both<'_> {
        let plan = plan(history.players);
        let journeys = Journeys::new(&plan, &self.ids, history.seed, START);
        let made: Vec<Journey<'_>> = (0..history.players).map(|index| journeys.journey(index)).collect();
        let terms = Terms { journeys: &journeys, ids: &self.ids, clicks: &self.ids, traffic, booked: &self.held };
        let mut bulk = Bulk::new(terms).unwrap();
        for record in records(&made, &self.deliveries) {
            bulk.attempt(&record);
        }
        for delivery in self.deliveries.iter().filter(|d| d.dead_lettered && d.purpose == Purpose::Genuine) {
            bulk.dead_letter(delivery.sent.key);
        }
        let books = with_books.then_some(&self.books);
        let exact = prove(&evidence(&self.deliveries, books, &self.ids, &self.held));
        let mut rows = Rows::new();
        let mut add = |key: EventKey, purpose: Purpose, standing: &Standing| {
            rows.insert((self.ids.event(key), format!("{purpose:?}")), standing.word());
        };
        if !with_books {
            bulk.rows(&mut |row| add(row.key, row.purpose, &row.standing));
            return Both { exact, bulk: bulk.prove_by_answers(), rows };
        }
        for credit in &self.books.before {
            bulk.stood_before(&credit.row());
        }
        let mut reading = bulk.read();
        // What was read before the last reading leaves no trace.
        for credit in self.books.after.iter().skip(1) {
            reading.credit(&credit.row());
        }
        reading.begin_again();
        for credit in &self.books.after {
            reading.credit(&credit.row());
        }
        reading.end();
        reading.rows(self.books.unsettled, &mut |row| add(row.key, row.purpose, &row.standing));
        Both { exact, bulk: reading.prove(self.books.unsettled), rows }
    }
}

fn exact_rows(proof: &Proof<'_>) -> Rows {
    proof
        .rows
        .iter()
        .map(|row| ((row.sent.event_id.clone(), format!("{:?}", row.purpose)), row.standing.word()))
        .collect()
}

/// Whether every event that the bulk oracle names is said to be what the exact one says, in the same words.
fn named_alike(both: &Both<'_>) -> bool {
    let corrupt = both.exact.rows.iter().filter_map(|row| match &row.standing {
        Standing::Corrupt(found) => {
            let all: Vec<String> = found.iter().map(ToString::to_string).collect();
            Some(format!("{}: {}", row.sent.event_id, all.join(", ")))
        }
        _ => None,
    });
    let corrupt: Vec<String> = corrupt.collect();
    both.bulk.offenders.of("corrupt").iter().all(|named| corrupt.contains(named))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn both_oracles_say_the_same_of_every_event(sound in histories(), turns in turns(), unsettled: bool) {
        let mut history = sound;
        for (at, turn) in turns {
            turn.take(&mut history, at);
        }
        let ground = Ground::of(&history, unsettled);
        let both = ground.prove(&history, Traffic::Journeys, true);
        prop_assert_eq!(&both.rows, &exact_rows(&both.exact));
        prop_assert_eq!(both.bulk.ledger, both.exact.ledger);
        prop_assert_eq!(both.bulk.unexpected, both.exact.unexpected.len() as u64);
        prop_assert_eq!(both.bulk.foreign, both.exact.foreign);
        prop_assert_eq!(both.bulk.tells_ftd, both.exact.tells_ftd);
        prop_assert_eq!(both.bulk.unjudged, 0);
        prop_assert!(named_alike(&both), "{:?} {:?}", both.bulk.offenders, both.exact.rows);
        prop_assert_eq!(&both.bulk.money, &money_rows(&ground.deliveries, &ground.books, &ground.held));
    }

    #[test]
    fn both_say_the_same_where_answers_are_the_only_evidence(sound in histories(), turns in turns()) {
        let mut history = sound;
        for (at, turn) in turns {
            turn.take(&mut history, at);
        }
        let ground = Ground::of(&history, false);
        let both = ground.prove(&history, Traffic::Journeys, false);
        prop_assert_eq!(&both.rows, &exact_rows(&both.exact));
        prop_assert_eq!(both.bulk.ledger, both.exact.ledger);
    }

    /// Where each journey sends one event only, which may be any of its events, there is one place for each.
    #[test]
    fn both_say_the_same_of_one_event_a_journey(sound in histories(), turns in turns(), kept in 0..6_usize) {
        let mut history = sound;
        let mut events: BTreeMap<u64, Vec<u16>> = BTreeMap::new();
        for entry in history.entries.iter().filter(|entry| entry.delivery.purpose == Purpose::Genuine) {
            events.entry(entry.delivery.sent.key.journey).or_default().push(entry.delivery.sent.key.slot);
        }
        history.entries.retain(|entry| {
            let key = entry.delivery.sent.key;
            events[&key.journey].iter().cycle().nth(kept) == Some(&(key.slot % EventKey::SLOTS))
        });
        for (at, turn) in turns {
            turn.take(&mut history, at);
        }
        let ground = Ground::of(&history, false);
        let both = ground.prove(&history, Traffic::Only(EventKind::Deposit), true);
        prop_assert_eq!(&both.rows, &exact_rows(&both.exact));
        prop_assert_eq!(both.bulk.ledger, both.exact.ledger);
        prop_assert_eq!(both.bulk.unexpected, both.exact.unexpected.len() as u64);
        prop_assert_eq!(&both.bulk.money, &money_rows(&ground.deliveries, &ground.books, &ground.held));
    }

    /// The same verdicts under the same ids, whatever a run has beside them for its faults.
    #[test]
    fn both_come_to_the_same_verdicts(sound in histories(), turns in turns(), unsettled: bool, with_books: bool) {
        let mut history = sound;
        for (at, turn) in turns {
            turn.take(&mut history, at);
        }
        let ground = Ground::of(&history, unsettled);
        let both = ground.prove(&history, Traffic::Journeys, with_books);
        let books = with_books.then_some(&ground.books);
        let mut expected = checks(&evidence(&ground.deliveries, books, &ground.ids, &ground.held), &both.exact, &[], &[]);
        expected.retain(|check| check.id != "http.no-redirect");
        if with_books {
            expected.push(money_check(&money_rows(&ground.deliveries, &ground.books, &ground.held), unsettled));
        }
        let verdicts = |checks: Vec<crate::model::Check>| -> BTreeMap<String, Verdict> {
            checks.into_iter().map(|check| (check.id, check.verdict)).collect()
        };
        prop_assert_eq!(verdicts(bulk_checks(&both.bulk, with_books, unsettled)), verdicts(expected));
    }
}

#[test]
fn what_is_of_another_plan_is_left_out_and_said_so() {
    let (plan, ids) = (plan(2), ids());
    let journeys = Journeys::new(&plan, &ids, 1, START);
    let booked = EventKind::ALL;
    let terms = Terms { journeys: &journeys, ids: &ids, clicks: &ids, traffic: Traffic::Journeys, booked: &booked };
    let mut bulk = Bulk::new(terms).unwrap();
    for (journey, slot, stance) in [
        (2, 1, Stance::Genuine),
        (0, 0, Stance::Genuine),
        (0, 63, Stance::Genuine),
        (0, 65, Stance::Genuine),
        (0, 1, Stance::Forged),
    ] {
        let key = EventKey { journey, slot, kind: EventKind::Registration };
        bulk.attempt(&Record { key, stance, outcome: OK, stage: 0, owed: 0, scheduled_ms: 0, response_us: 0 });
    }
    let proof = bulk.read().prove(false);
    assert_eq!((proof.unjudged, proof.ledger.attempts, proof.ledger.events), (5, 5, 0));
    let whole = bulk_checks(&proof, true, false).into_iter().find(|check| check.id == "ledger.whole").unwrap();
    assert_eq!(whole.verdict, Verdict::Inconclusive);
}

#[test]
fn a_fault_that_took_no_effect_proves_nothing_and_one_that_is_answered_oddly_fails() {
    let rate = |declared| Rate { kind: FaultKind::WrongSecret, share: 0.02, declared };
    let verdict = |declared, sent, reached, odd: &[&str]| {
        let odd = odd.iter().map(|&odd| odd.to_owned()).collect();
        let kind = FaultKind::WrongSecret;
        let exercise = Exercise { kind, sent, reached, odd, tolerated: Vec::new(), touched: Vec::new() };
        let check = bulk_fault_checks(&[rate(declared)], &[exercise]).remove(0);
        assert_eq!(check.id, "forgery.wrong-secret");
        check.verdict
    };
    assert_eq!(verdict(true, 0, 0, &[]), Verdict::Inconclusive, "it was asked for");
    assert_eq!(verdict(false, 0, 0, &[]), Verdict::Skipped, "nobody asked for it");
    assert_eq!(verdict(false, 3, 0, &[]), Verdict::Inconclusive, "it was placed in vain");
    assert_eq!(verdict(false, 3, 1, &[]), Verdict::Pass);
    assert_eq!(verdict(false, 3, 3, &["1 answered with a 5xx"]), Verdict::Fail);
}
