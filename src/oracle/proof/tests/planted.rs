//! The oracle's property: whatever is planted in a random history is named, and nothing else, in whatever order
//! deliveries and credits arrive.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::*;
use super::{exactly, fields};
use crate::model::{BookedAmount, FaultKind, InfoReason, Outcome, Sent, Verdict};
use crate::oracle::history::{
    CONFLICT, Entry, History, OK, REFUSED, UNKNOWN, amount, attempt, credit, evidence, forged, histories, ids, name,
};

/// One thing that a target does wrong, to one event.
#[derive(Clone, Copy, Debug)]
enum Plant {
    /// It forgets an event that it acknowledged.
    Loss,
    /// It books an event twice, in the same words or with another currency the second time.
    Double { same: bool },
    /// It books an event that it refused.
    Contradiction,
    /// It refuses an event for good.
    Refusal,
    /// It books an event with another value.
    Corruption(Corruption),
    /// It answers a forgery as if it were genuine.
    Acceptance(FaultKind),
    /// It books a forgery, whatever it answers.
    Forgery(FaultKind, Outcome),
    /// It lets another body under a known id take the first one's place.
    Overwriting(Outcome),
    /// It books what nobody sent, under an id of this run or on a click of this run.
    Stranger { by_tag: bool },
}

/// The field that is wrong, and what makes it wrong.
type Corruption = (&'static str, fn(&mut Credit, &Sent));

const CORRUPTIONS: [Corruption; 12] = [
    ("amount", |credit, _| off_by(credit, "0.01")),
    ("amount", |credit, _| off_by(credit, "-0.005")),
    ("amount", |credit, _| credit.amount = Some(BookedAmount::Other("12,50 €".to_owned()))),
    ("currency", |credit, _| {
        credit.currency = Some(if credit.currency.as_deref() == Some("CHF") { "SEK" } else { "CHF" }.to_owned());
    }),
    // Where an event has no currency, one too many is as wrong as elsewhere one too few.
    ("currency", |credit, sent| credit.currency = sent.money.is_none().then(|| "CHF".to_owned())),
    ("click_id", |credit, _| credit.click_id = Some("somebody-else-s".to_owned())),
    ("click_id", |credit, _| credit.click_id = None),
    ("brand_id", |credit, sent| credit.brand = Some(Some(format!("{}-x", sent.brand)))),
    ("brand_id", |credit, _| credit.brand = Some(None)),
    ("ts_event", |credit, sent| credit.ts_event = Some(Some((sent.at + 1).to_string()))),
    ("event", |credit, sent| {
        let other = if sent.kind() == EventKind::Refund { EventKind::Deposit } else { EventKind::Refund };
        credit.event = Some(other.name().to_owned());
    }),
    ("is_ftd", |credit, _| credit.is_ftd = credit.is_ftd.map(|flag| !flag)),
];

fn off_by(credit: &mut Credit, by: &str) {
    let owed = match &credit.amount {
        Some(BookedAmount::Exact(owed)) => owed.decimal(),
        _ => amount("0").decimal(),
    };
    credit.amount = Some(exactly(&(owed + amount(by).decimal()).to_string()));
}

fn plants() -> impl Strategy<Value = Plant> {
    let forgeries = FaultKind::ALL.into_iter().filter(|&kind| kind.is_forgery() && kind != FaultKind::OtherAmount);
    let kinds: Vec<FaultKind> = forgeries.collect();
    let answers = || select(vec![OK, REFUSED, UNKNOWN, CONFLICT, Outcome::Info(InfoReason::Status(500))]);
    prop_oneof![
        2 => Just(Plant::Loss),
        2 => any::<bool>().prop_map(|same| Plant::Double { same }),
        1 => Just(Plant::Contradiction),
        1 => Just(Plant::Refusal),
        6 => select(&CORRUPTIONS[..]).prop_map(Plant::Corruption),
        1 => select(kinds.clone()).prop_map(Plant::Acceptance),
        2 => (select(kinds), answers()).prop_map(|(kind, answer)| Plant::Forgery(kind, answer)),
        1 => answers().prop_map(Plant::Overwriting),
        1 => any::<bool>().prop_map(|by_tag| Plant::Stranger { by_tag }),
    ]
}

/// What fails, such as `dep_k3f9q2xw_0_3_abc lost`.
type Named = BTreeSet<String>;

impl Plant {
    /// Does it to one event of a sound history, and tells what the oracle has to name for it.
    fn into(self, history: &mut History, at: Index) -> Named {
        let place = *at.get(&history.genuine());
        let owed = credit(&history.entries[place].delivery.sent);
        match self {
            Self::Loss => {
                history.accept(place);
                book(history, place, Vec::new(), "lost")
            }
            Self::Double { same: true } => book(history, place, vec![owed.clone(), owed], "double"),
            Self::Double { same: false } => {
                let second = Credit { currency: Some("XTS".to_owned()), ..owed.clone() };
                book(history, place, vec![owed, second], "double")
            }
            Self::Contradiction => {
                history.entries[place].delivery.attempts = vec![attempt(REFUSED)];
                book(history, place, vec![owed], "contradicted")
            }
            Self::Refusal => {
                history.entries[place].delivery.attempts = vec![attempt(REFUSED)];
                book(history, place, Vec::new(), "refused")
            }
            Self::Corruption(corruption) => corrupt(history, place, corruption),
            Self::Acceptance(kind) => forge(history, place, (kind, OK), false),
            Self::Forgery(kind, answer) => forge(history, place, (kind, answer), true),
            Self::Overwriting(answer) => overwrite(history, at, answer),
            Self::Stranger { by_tag } => {
                let click_id = Some(history.entries[place].delivery.sent.click_id.clone());
                let (event_id, click_id) =
                    if by_tag { ("dep_k3f9q2xw_77_7_zzz", None) } else { ("not-ours", click_id) };
                history.strangers.push(Credit { event_id: event_id.to_owned(), click_id, ..Credit::default() });
                Named::from([format!("{event_id} unexpected")])
            }
        }
    }
}

/// Books these credits for an event, which thereby comes to stand as the word says.
fn book(history: &mut History, place: usize, credits: Vec<Credit>, word: &str) -> Named {
    let entry = &mut history.entries[place];
    entry.credits = credits;
    word.clone_into(&mut entry.word);
    Named::from([format!("{} {word}", entry.delivery.sent.event_id)])
}

/// Makes one value of an accepted event's credit wrong.
fn corrupt(history: &mut History, place: usize, (field, change): Corruption) -> Named {
    history.accept(place);
    if field == "is_ftd" {
        history.tell_ftd();
    }
    let Entry { delivery, credits, .. } = &history.entries[place];
    let mut credit = credits[0].clone();
    change(&mut credit, &delivery.sent);
    book(history, place, vec![credit], &format!("corrupt {field}"))
}

/// Adds a forgery of a genuine event that was answered so, and booked or not.
fn forge(history: &mut History, place: usize, (kind, answer): (FaultKind, Outcome), booked: bool) -> Named {
    let delivery = forged(&history.entries[place].delivery.sent, kind, &[answer]);
    let credits = if booked { vec![credit(&delivery.sent)] } else { Vec::new() };
    add(history, delivery, credits, if booked { "forged" } else { "accepted" })
}

/// Lets another amount take the place of an accepted deposit's.
fn overwrite(history: &mut History, at: Index, answer: Outcome) -> Named {
    let is_deposit = |place: &usize| history.entries[*place].delivery.sent.kind() == EventKind::Deposit;
    let deposits: Vec<usize> = history.genuine().into_iter().filter(is_deposit).collect();
    let place = *at.get(&deposits);
    history.accept(place);
    let other = forged(&history.entries[place].delivery.sent, FaultKind::OtherAmount, &[answer]);
    let mut named = book(history, place, Vec::new(), "lost");
    let credits = vec![credit(&other.sent)];
    named.append(&mut add(history, other, credits, "forged"));
    named
}

/// Adds a delivery in place of one like it that the random history may hold: there is one of a kind for each event.
fn add(history: &mut History, delivery: Delivery, credits: Vec<Credit>, word: &str) -> Named {
    let own = name(&delivery.sent, delivery.purpose);
    history.entries.retain(|entry| name(&entry.delivery.sent, entry.delivery.purpose) != own);
    history.entries.push(Entry { delivery, credits: Vec::new(), word: String::new() });
    book(history, history.entries.len() - 1, credits, word)
}

/// What the oracle says of a history whose deliveries and credits arrived in some order.
struct Told {
    words: BTreeMap<(String, String), String>,
    /// Everything that fails.
    named: Named,
    foreign: u64,
}

fn told(history: &History, order: u64) -> Told {
    let (ids, deliveries, books) = (ids(), history.deliveries(order), history.books(order));
    let proof = prove(&evidence(&deliveries, Some(&books), &ids, &history.held));
    let word = |row: &Row<'_>| match &row.standing {
        Standing::Corrupt(mismatches) => format!("corrupt {}", fields(mismatches).join(" ")),
        other => other.word().to_owned(),
    };
    let failing = proof.rows.iter().filter(|row| row.standing.verdict() == Verdict::Fail);
    let strangers = proof.unexpected.iter().map(|credit| format!("{} unexpected", credit.event_id));
    Told {
        words: proof.rows.iter().map(|row| (name(row.sent, row.purpose), word(row))).collect(),
        named: failing.map(|row| format!("{} {}", row.sent.event_id, word(row))).chain(strangers).collect(),
        foreign: proof.foreign,
    }
}

proptest! {
    #[test]
    fn in_a_sound_history_nothing_is_named(history in histories(), order: u64) {
        let told = told(&history, order);
        prop_assert_eq!(told.named, Named::new());
        prop_assert_eq!(told.words, history.words());
        prop_assert_eq!(told.foreign, 1);
    }

    #[test]
    fn what_was_planted_is_named_and_nothing_else_whatever_the_order(
        sound in histories(), plant in plants(), at: Index, order: u64,
    ) {
        let mut history = sound;
        let planted = plant.into(&mut history, at);
        let told = told(&history, order);
        prop_assert_eq!(told.named, planted);
        // Beyond what is named, every other event stands as it did before.
        prop_assert_eq!(told.words, history.words());
        prop_assert_eq!(told.foreign, 1);
    }
}
