//! What is matched by what, what is doubled, and that each sighting stands in one list.

use proptest::prelude::*;

use super::*;
use crate::attribution::{Dimension, Doubled, Names, Traits};
use crate::model::Amount;

/// A log that is written row by row.
#[derive(Default)]
struct Log {
    side: Side,
}

/// What a row says; empty texts say nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Row<'a> {
    at: i64,
    click: &'a str,
    transaction: &'a str,
    account: &'a str,
    amount: &'a str,
    received: Option<i64>,
    lost: bool,
}

impl Log {
    fn of(rows: &[Row<'_>]) -> Side {
        let mut log = Self::default();
        for row in rows {
            log.add(row);
        }
        log.side
    }

    fn add(&mut self, row: &Row<'_>) {
        let texts = &mut self.side.texts;
        let mut id = |text: &str| (!text.is_empty()).then(|| texts.add(text).expect("room"));
        let stamp = |seconds| Timestamp::from_second(seconds).expect("in range");
        let eur = "EUR".parse().expect("a currency");
        let sighting = Sighting {
            at: stamp(row.at),
            received: row.received.map(stamp),
            click: id(row.click),
            transaction: id(row.transaction),
            account: id(row.account),
            money: row.amount.parse::<Amount>().ok().map(|amount| (amount, eur)),
            attributed: !row.lost,
            traits: Traits::default(),
            row: 0,
        };
        self.side.sightings.push(sighting);
    }
}

fn logs(cookie: &[Row<'_>], s2s: &[Row<'_>]) -> Logs {
    Logs { cookie: Log::of(cookie), s2s: Log::of(s2s), names: Names::default() }
}

fn paired(cookie: &[Row<'_>], s2s: &[Row<'_>]) -> Pairing {
    matching(0).of(&logs(cookie, s2s))
}

fn matching(grace: i64) -> Matching {
    Matching { grace: SignedDuration::from_secs(grace), end: None }
}

fn pairs(pairing: &Pairing) -> Vec<(u32, u32, MatchedBy)> {
    pairing.both.iter().map(|pair| (pair.cookie, pair.s2s, pair.by)).collect()
}

const NOTHING: Row<'static> =
    Row { at: 1000, click: "", transaction: "", account: "", amount: "", received: None, lost: false };

#[test]
fn transactions_go_before_accounts_and_accounts_before_clicks() {
    let cookie = [
        Row { transaction: "t1", click: "c1", ..NOTHING },
        Row { account: "a2", click: "c2", ..NOTHING },
        Row { click: "c3", ..NOTHING },
    ];
    // The player of a2 clicked again.
    let s2s = [
        Row { click: "c3", ..NOTHING },
        Row { account: "a2", click: "c9", ..NOTHING },
        Row { transaction: "t1", click: "c1", ..NOTHING },
    ];
    let pairing = paired(&cookie, &s2s);
    let expected = [(0, 2, MatchedBy::Transaction), (1, 1, MatchedBy::Account), (2, 0, MatchedBy::Click)];
    assert_eq!(pairs(&pairing), expected);
    assert_eq!((pairing.cookie_only, pairing.s2s_only), (vec![], vec![]));
}

#[test]
fn where_ids_are_missing_day_and_amount_decide_nearest_in_time() {
    let cookie = [Row { at: 1_000, amount: "50.00", ..NOTHING }, Row { at: 9_000, amount: "50", ..NOTHING }];
    let s2s = [Row { at: 9_100, amount: "50.0", click: "c", ..NOTHING }, Row { at: 90_000, amount: "50", ..NOTHING }];
    let pairing = paired(&cookie, &s2s);
    assert_eq!(pairs(&pairing), [(1, 0, MatchedBy::Day)]);
    assert_eq!((pairing.cookie_only, pairing.s2s_only), (vec![0], vec![1]));
}

#[test]
fn ids_that_differ_are_not_matched_by_others() {
    let cookie = [
        Row { account: "a1", click: "c1", amount: "20", ..NOTHING },
        Row { account: "a2", click: "c2", amount: "20", ..NOTHING },
    ];
    let s2s = [
        Row { account: "a1", click: "c1", amount: "20", ..NOTHING },
        Row { account: "a3", click: "c2", amount: "20", ..NOTHING },
    ];
    let pairing = paired(&cookie, &s2s);
    assert_eq!(pairs(&pairing), [(0, 0, MatchedBy::Account)]);
    assert_eq!((pairing.cookie_only, pairing.s2s_only), (vec![1], vec![1]));
}

#[test]
fn logs_that_number_their_players_differently_are_matched_by_click() {
    let cookie = [Row { account: "web-1", click: "c1", ..NOTHING }, Row { account: "web-2", click: "c2", ..NOTHING }];
    let s2s = [Row { account: "77", click: "c2", ..NOTHING }, Row { account: "78", click: "c1", ..NOTHING }];
    assert_eq!(pairs(&paired(&cookie, &s2s)), [(0, 1, MatchedBy::Click), (1, 0, MatchedBy::Click)]);
}

#[test]
fn doubles_are_found_first_and_the_earliest_counts() {
    let cookie = [
        Row { at: 30, transaction: "t1", ..NOTHING },
        Row { at: 10, transaction: "t1", account: "a1", ..NOTHING },
        Row { at: 20, transaction: "t2", account: "a1", ..NOTHING },
        Row { at: 5, account: "a1", ..NOTHING },
        Row { at: 40, click: "c", ..NOTHING },
        Row { at: 41, click: "c", ..NOTHING },
        Row { at: 50, click: "c", account: "other", ..NOTHING },
    ];
    let pairing = paired(&cookie, &[]);
    let double = |first, again| Doubled { method: Method::Cookie, first, again };
    assert_eq!(pairing.doubled, [double(3, 0), double(3, 1), double(3, 2), double(6, 4), double(6, 5)]);
    assert_eq!(pairing.cookie_only, [3, 6]);
}

#[test]
fn words_for_nothing_and_macros_are_no_ids() {
    let row = |account, click| Row { click, account, ..NOTHING };
    let rows =
        [row("null", "${SUBID}"), row("NULL", "{click_id}"), row("-", "${SUBID}"), row("undefined", "%%CLICK%%")];
    let pairing = paired(&rows, &rows);
    assert_eq!((pairing.doubled.len(), pairing.both.len(), pairing.cookie_only.len()), (0, 0, 4));
}

#[test]
fn what_was_credited_to_no_click_is_evidence_only() {
    let cookie = [Row { transaction: "t1", ..NOTHING }, Row { transaction: "t2", lost: true, ..NOTHING }];
    let s2s = [Row { transaction: "t1", lost: true, ..NOTHING }, Row { transaction: "t2", ..NOTHING }];
    let pairing = paired(&cookie, &s2s);
    assert_eq!((pairing.cookie_only, pairing.s2s_only), (vec![0], vec![1]));
    assert_eq!((pairing.unattributed, pairing.anonymous), (vec![0], vec![1]));
}

#[test]
fn s2s_has_its_grace_before_the_end() {
    let cookie = [Row { at: 1_000, transaction: "t1", ..NOTHING }, Row { at: 5_000, transaction: "t2", ..NOTHING }];
    let s2s = [Row { at: 4_000, transaction: "t3", received: Some(8_000), ..NOTHING }];
    let pairing = matching(3_600).of(&logs(&cookie, &s2s));
    assert_eq!((pairing.cookie_only, pairing.pending, pairing.s2s_only), (vec![0], vec![1], vec![0]));
}

#[test]
fn late_messages_are_as_good_as_none_unless_a_clock_is_off() {
    let cookie = [
        Row { at: 0, transaction: "t0", ..NOTHING },
        Row { at: 0, transaction: "t1", ..NOTHING },
        Row { at: 3_600, transaction: "t2", ..NOTHING },
        Row { at: 0, transaction: "t3", ..NOTHING },
    ];
    let s2s = [
        Row { at: 0, transaction: "t0", received: Some(3_600), ..NOTHING },
        Row { at: 0, transaction: "t1", received: Some(3_601), ..NOTHING },
        Row { at: 0, transaction: "t2", received: Some(3_700), ..NOTHING },
        // Who does not say when a message was received cannot be late.
        Row { at: 0, transaction: "t3", ..NOTHING },
    ];
    let pairing = matching(3_600).of(&logs(&cookie, &s2s));
    assert_eq!(pairing.late, [Pair { cookie: 1, s2s: 1, by: MatchedBy::Transaction }]);
    assert_eq!((pairing.cookie_only, pairing.s2s_only, pairing.pending), (vec![1], vec![], vec![]));
    assert_eq!(pairing.both.iter().map(|pair| pair.cookie).collect::<Vec<_>>(), [0, 2, 3]);
    let longer = matching(3_601).of(&logs(&cookie, &s2s));
    assert_eq!((longer.late, longer.cookie_only, longer.both.len()), (vec![], vec![], 4), "a longer grace takes it in");
}

#[test]
fn what_came_late_is_judged_even_where_the_rest_is_still_pending() {
    // At 9,000 the logs end: the first had its grace and was told of too late, the second has had none of it yet.
    let cookie = [Row { at: 1_000, transaction: "t1", ..NOTHING }, Row { at: 8_000, transaction: "t2", ..NOTHING }];
    let s2s = [Row { at: 1_000, transaction: "t1", received: Some(9_000), ..NOTHING }];
    let pairing = matching(3_600).of(&logs(&cookie, &s2s));
    assert_eq!((pairing.cookie_only, pairing.pending, pairing.late.len()), (vec![0], vec![1], 1));
}

#[test]
fn of_a_message_that_came_twice_the_first_counts_however_the_rows_stand() {
    let cookie = [Row { at: 0, transaction: "t1", ..NOTHING }];
    let at = |received| Row { at: 0, transaction: "t1", received: Some(received), ..NOTHING };
    for s2s in [[at(10), at(5_000)], [at(5_000), at(10)]] {
        let pairing = matching(3_600).of(&logs(&cookie, &s2s));
        assert_eq!((pairing.both.len(), pairing.late.len(), pairing.doubled.len()), (1, 0, 1), "{s2s:?}");
    }
}

#[test]
fn accounts_of_two_brands_are_two_where_brands_are_known() {
    let mut both = logs(&[Row { account: "1", ..NOTHING }; 2], &[Row { account: "1", ..NOTHING }]);
    let [casino, poker] = ["casino", "poker"].map(|name| both.names.number(name));
    for (sighting, brand) in both.cookie.sightings.iter_mut().zip([casino, poker]) {
        sighting.traits = sighting.traits.with(Dimension::Brand, brand);
    }
    both.s2s.sightings[0].traits = Traits::default().with(Dimension::Brand, poker);
    let pairing = matching(0).of(&both);
    assert_eq!(pairs(&pairing), [(1, 0, MatchedBy::Account)]);
    assert_eq!((pairing.cookie_only, pairing.doubled), (vec![0], vec![]));
}

/// Rows with few ids, so that everything collides with everything.
fn rows() -> impl Strategy<Value = Vec<(i64, u8, u8, u8, u8, bool)>> {
    prop::collection::vec((0_i64..200_000, 0_u8..5, 0_u8..6, 0_u8..5, 0_u8..3, prop::bool::weighted(0.1)), 0..40)
}

fn side(rows: &[(i64, u8, u8, u8, u8, bool)]) -> Side {
    let mut log = Log::default();
    for &(at, click, transaction, account, amount, lost) in rows {
        let id = |kind: &str, number: u8| if number == 0 { String::new() } else { format!("{kind}{number}") };
        let (click, transaction, account) = (id("c", click), id("t", transaction), id("a", account));
        let amount = id("", amount);
        log.add(&Row {
            at,
            click: &click,
            transaction: &transaction,
            account: &account,
            amount: &amount,
            // Some are received at once, some late.
            received: (at % 3 > 0).then_some(at + at % 20_000),
            lost,
        });
    }
    log.side
}

proptest! {
    #[test]
    fn each_sighting_stands_in_one_list(cookie in rows(), s2s in rows(), grace in 0_i64..10_000) {
        let logs = Logs { cookie: side(&cookie), s2s: side(&s2s), names: Names::default() };
        let pairing = matching(grace).of(&logs);
        let again = |method| pairing.doubled.iter().filter(move |doubled| doubled.method == method).map(|doubled| doubled.again);
        let mut ours: Vec<u32> = pairing.both.iter().map(|pair| pair.cookie).chain(again(Method::Cookie)).collect();
        ours.extend(pairing.cookie_only.iter().chain(&pairing.pending).chain(&pairing.anonymous));
        let mut theirs: Vec<u32> = pairing.both.iter().map(|pair| pair.s2s).chain(again(Method::S2s)).collect();
        theirs.extend(pairing.s2s_only.iter().chain(&pairing.unattributed));
        theirs.extend(pairing.late.iter().map(|pair| pair.s2s));
        prop_assert!(pairing.late.iter().all(|pair| pairing.cookie_only.contains(&pair.cookie)));
        prop_assert!(pairing.cookie_only.is_sorted());
        ours.sort_unstable();
        theirs.sort_unstable();
        prop_assert_eq!(ours, (0..u32::try_from(cookie.len()).unwrap()).collect::<Vec<_>>());
        prop_assert_eq!(theirs, (0..u32::try_from(s2s.len()).unwrap()).collect::<Vec<_>>());
        for doubled in &pairing.doubled {
            prop_assert!(!pairing.doubled.iter().any(|other| (other.method, other.again) == (doubled.method, doubled.first)));
        }
        prop_assert_eq!(matching(grace).of(&logs), pairing);
    }

    #[test]
    fn a_log_beside_itself_has_no_gap(rows in rows()) {
        let logs = Logs { cookie: side(&rows), s2s: side(&rows), names: Names::default() };
        let pairing = matching(20_000).of(&logs);
        let named: Vec<_> = pairing.cookie_only.iter().chain(&pairing.pending).chain(&pairing.s2s_only).filter(|place| {
            let sighting = logs.cookie.sightings[**place as usize];
            sighting.transaction.or(sighting.account).or(sighting.click).is_some()
        }).collect();
        prop_assert!(named.is_empty(), "{:?}", named);
    }
}
