//! The table that verdicts are read from, cell by cell, each beside its neighbours. As a property it stands in `planted`.

mod planted;

use super::*;
use crate::model::{BookedAmount, FailReason, FaultKind, Outcome, OwedBrand, Sent, Verdict};
use crate::oracle::Mismatch;
use crate::oracle::history::{CONFLICT, OK, REFUSED, UNKNOWN, amount, credit, delivery, evidence, forged, ids, sent};

const TAMPERED: Purpose = Purpose::Forged("tampered-body");

fn deposit(money: &str) -> Sent {
    sent(EventKind::Deposit, 3, money)
}

/// The standings of deliveries in these books, in their order.
fn standings(deliveries: &[Delivery], books: &Books) -> Vec<Standing> {
    let ids = ids();
    let proof = prove(&evidence(deliveries, Some(books), &ids, &EventKind::ALL));
    proof.rows.into_iter().map(|row| row.standing).collect()
}

fn after(credits: Vec<Credit>) -> Books {
    Books { before: Vec::new(), after: credits, unsettled: false }
}

/// The word for a genuine deposit with these attempts and so many credits.
fn genuine(attempts: &[Outcome], credits: usize) -> &'static str {
    let delivery = delivery(deposit("100"), Purpose::Genuine, attempts);
    let books = after(vec![credit(&delivery.sent); credits]);
    standings(&[delivery], &books)[0].word()
}

/// The word for a forgery with these attempts, and with or without a credit of its own.
fn forgery(attempts: &[Outcome], credited: bool) -> &'static str {
    let delivery = forged(&deposit("100"), FaultKind::TamperedBody, attempts);
    assert_eq!(delivery.purpose, TAMPERED);
    let books = after(vec![credit(&delivery.sent); usize::from(credited)]);
    standings(&[delivery], &books)[0].word()
}

/// What is wrong with one credit of an accepted delivery.
fn wrong(sent: Sent, credit: Credit) -> Vec<Mismatch> {
    match standings(&[delivery(sent, Purpose::Genuine, &[OK])], &after(vec![credit])).remove(0) {
        Standing::Ok => Vec::new(),
        Standing::Corrupt(mismatches) => mismatches,
        other => panic!("{other:?}"),
    }
}

fn fields(mismatches: &[Mismatch]) -> Vec<&'static str> {
    mismatches.iter().map(|mismatch| mismatch.field).collect()
}

fn exactly(text: &str) -> BookedAmount {
    BookedAmount::Exact(amount(text))
}

mod genuine_events {
    use super::*;

    #[test]
    fn one_that_was_accepted_is_lost_without_a_credit_and_double_with_two() {
        for attempts in [&[OK][..], &[UNKNOWN, OK], &[REFUSED, OK], &[OK, UNKNOWN, CONFLICT], &[OK, REFUSED]] {
            assert_eq!(genuine(attempts, 0), "lost", "{attempts:?}");
            assert_eq!(genuine(attempts, 1), "ok", "{attempts:?}");
            assert_eq!(genuine(attempts, 2), "double", "{attempts:?}");
            assert_eq!(genuine(attempts, 5), "double", "{attempts:?}");
        }
    }

    #[test]
    fn one_of_unknown_fate_is_recovered_by_a_credit_unresolved_without_and_double_with_two() {
        for attempts in [&[UNKNOWN][..], &[REFUSED, UNKNOWN], &[UNKNOWN, REFUSED], &[CONFLICT]] {
            assert_eq!(genuine(attempts, 0), "unresolved", "{attempts:?}");
            assert_eq!(genuine(attempts, 1), "recovered", "{attempts:?}");
            assert_eq!(genuine(attempts, 2), "double", "{attempts:?}");
        }
    }

    #[test]
    fn one_that_was_given_up_is_dead_lettered_unless_the_books_have_it() {
        let given_up = |attempts: &[Outcome], credits: usize| {
            let mut delivery = delivery(deposit("100"), Purpose::Genuine, attempts);
            delivery.dead_lettered = true;
            let books = after(vec![credit(&delivery.sent); credits]);
            standings(&[delivery], &books)[0].word()
        };
        assert_eq!(given_up(&[UNKNOWN], 0), "dead-lettered");
        assert_eq!(given_up(&[UNKNOWN], 1), "recovered");
        assert_eq!(given_up(&[REFUSED], 0), "refused");
        assert_eq!(given_up(&[OK, UNKNOWN], 0), "lost");
    }

    #[test]
    fn one_that_was_refused_stays_so_and_is_contradicted_by_a_credit_and_double_with_two() {
        let not_connected = Outcome::Fail(FailReason::NotConnected);
        for attempts in [&[REFUSED][..], &[not_connected, REFUSED], &[not_connected]] {
            assert_eq!(genuine(attempts, 0), "refused", "{attempts:?}");
            assert_eq!(genuine(attempts, 1), "contradicted", "{attempts:?}");
            assert_eq!(genuine(attempts, 2), "double", "{attempts:?}");
        }
    }

    #[test]
    fn bold_cells_fail_and_italic_cells_are_inconclusive() {
        let sent = deposit("100");
        let verdict = |attempts: &[Outcome], credits: usize| {
            let books = after(vec![credit(&sent); credits]);
            standings(&[delivery(sent.clone(), Purpose::Genuine, attempts)], &books)[0].verdict()
        };
        let row = |attempts: &[Outcome]| [0, 1, 2].map(|credits| verdict(attempts, credits));
        assert_eq!(row(&[OK]), [Verdict::Fail, Verdict::Pass, Verdict::Fail]);
        assert_eq!(row(&[UNKNOWN]), [Verdict::Inconclusive, Verdict::Pass, Verdict::Fail]);
        assert_eq!(row(&[REFUSED]), [Verdict::Fail, Verdict::Fail, Verdict::Fail]);
    }

    #[test]
    fn kinds_that_the_books_do_not_hold_cannot_be_lost() {
        let ids = ids();
        let registration = delivery(sent(EventKind::Registration, 1, ""), Purpose::Genuine, &[OK]);
        let deposit = delivery(deposit("100"), Purpose::Genuine, &[OK]);
        let deliveries = [registration, deposit];
        let books = Books::default();
        let words = |held: &[EventKind]| {
            let proof = prove(&evidence(&deliveries, Some(&books), &ids, held));
            proof.rows.iter().map(|row| row.standing.word()).collect::<Vec<_>>()
        };
        assert_eq!(words(&[EventKind::Deposit]), ["ok", "lost"]);
        assert_eq!(words(&EventKind::ALL), ["lost", "lost"]);
    }

    #[test]
    fn credits_that_stood_there_before_are_subtracted() {
        let accepted = delivery(deposit("100"), Purpose::Genuine, &[OK]);
        let credit = credit(&accepted.sent);
        let word = |before: usize, after: usize| {
            let books =
                Books { before: vec![credit.clone(); before], after: vec![credit.clone(); after], unsettled: false };
            standings(std::slice::from_ref(&accepted), &books)[0].word()
        };
        assert_eq!([word(1, 1), word(1, 2), word(1, 3)], ["lost", "ok", "double"]);
    }
}

#[test]
fn one_whose_values_nobody_can_tell_may_be_booked_with_any_and_only_once() {
    let untold = |attempts: &[Outcome], credits: usize| {
        let delivery = delivery(deposit("100"), Purpose::Untold("probe.mutations"), attempts);
        let other = Credit { amount: Some(exactly("7")), currency: None, ..credit(&delivery.sent) };
        standings(&[delivery], &after(vec![other; credits]))[0].word()
    };
    for attempts in [&[OK][..], &[REFUSED], &[UNKNOWN]] {
        assert_eq!([0, 1, 2].map(|credits| untold(attempts, credits)), ["harmless", "harmless", "double"]);
    }
}

mod forgeries {
    use super::*;

    #[test]
    fn one_that_was_answered_ok_is_accepted_and_with_a_credit_it_is_forged() {
        for attempts in [&[OK][..], &[REFUSED, OK], &[OK, UNKNOWN]] {
            assert_eq!(forgery(attempts, false), "accepted", "{attempts:?}");
            assert_eq!(forgery(attempts, true), "forged", "{attempts:?}");
        }
    }

    #[test]
    fn one_of_unknown_fate_is_harmless_unless_it_is_credited() {
        for attempts in [&[UNKNOWN][..], &[REFUSED, UNKNOWN], &[CONFLICT]] {
            assert_eq!(forgery(attempts, false), "harmless", "{attempts:?}");
            assert_eq!(forgery(attempts, true), "forged", "{attempts:?}");
        }
    }

    #[test]
    fn one_that_was_refused_is_harmless_unless_it_is_credited() {
        assert_eq!(forgery(&[REFUSED], false), "harmless");
        assert_eq!(forgery(&[REFUSED], true), "forged");
    }

    #[test]
    fn accepted_and_forged_ones_fail() {
        assert_eq!(Standing::Accepted.verdict(), Verdict::Fail);
        assert_eq!(Standing::Forged.verdict(), Verdict::Fail);
        assert_eq!(Standing::Harmless.verdict(), Verdict::Pass);
    }

    /// The words for a deposit of 100 and for another body under its id, with one credit for each of the amounts.
    fn conflict(answer: Outcome, booked: &[&str]) -> [&'static str; 2] {
        let sent = deposit("100");
        let conflicting = forged(&sent, FaultKind::OtherAmount, &[answer]);
        assert_eq!(conflicting.sent.event_id, sent.event_id);
        let credits = booked.iter().map(|text| Credit { amount: Some(exactly(text)), ..credit(&sent) }).collect();
        let both = [delivery(sent, Purpose::Genuine, &[OK]), conflicting];
        let [genuine, other] = &standings(&both, &after(credits))[..] else { panic!("two rows") };
        [genuine.word(), other.word()]
    }

    #[test]
    fn under_a_known_id_the_first_value_stands_whatever_is_answered() {
        for answer in [OK, CONFLICT, REFUSED, UNKNOWN] {
            assert_eq!(conflict(answer, &["100"]), ["ok", "harmless"], "{answer}");
            assert_eq!(conflict(answer, &["101"]), ["lost", "forged"], "overwritten, {answer}");
            assert_eq!(conflict(answer, &["100", "101"]), ["ok", "forged"], "both booked, {answer}");
            assert_eq!(conflict(answer, &["100", "100"]), ["double", "harmless"], "{answer}");
            assert_eq!(conflict(answer, &["99"]), ["corrupt", "harmless"], "neither, {answer}");
            assert_eq!(conflict(answer, &[]), ["lost", "harmless"], "{answer}");
        }
    }
}

mod values {
    use super::*;

    fn amounts(owed: &str, booked: Option<BookedAmount>) -> Vec<&'static str> {
        let sent = deposit(owed);
        fields(&wrong(sent.clone(), Credit { amount: booked, ..credit(&sent) }))
    }

    #[test]
    fn amounts_are_equal_as_decimals_and_never_rounded() {
        for same in ["100", "100.00", "1e2", "100.000000"] {
            assert!(amounts("100", Some(exactly(same))).is_empty(), "{same}");
        }
        for (owed, other) in [("100", "99.995"), ("100", "100.01"), ("0.1", "0.1000000000000000055"), ("100", "-100")] {
            assert_eq!(amounts(owed, Some(exactly(other))), ["amount"], "{other} for {owed}");
        }
        assert_eq!(amounts("100", Some(BookedAmount::Other("100 EUR".to_owned()))), ["amount"]);
        assert_eq!(amounts("100", None), ["amount"]);
    }

    #[test]
    fn reversals_are_owed_as_negative_amounts() {
        for kind in [EventKind::Refund, EventKind::Chargeback] {
            let sent = sent(kind, 4, "25.50");
            assert!(wrong(sent.clone(), Credit { amount: Some(exactly("-25.5")), ..credit(&sent) }).is_empty());
            assert_eq!(
                fields(&wrong(sent.clone(), Credit { amount: Some(exactly("25.5")), ..credit(&sent) })),
                ["amount"]
            );
        }
    }

    #[test]
    fn an_event_without_money_owes_a_credit_without_money() {
        let sent = sent(EventKind::Registration, 1, "");
        assert!(wrong(sent.clone(), credit(&sent)).is_empty());
        let with_money = Credit { amount: Some(exactly("0")), currency: Some("EUR".to_owned()), ..credit(&sent) };
        assert_eq!(fields(&wrong(sent, with_money)), ["amount", "currency"]);
    }

    #[test]
    fn currency_click_kind_and_time_are_compared() {
        let sent = deposit("100");
        let owed = credit(&sent);
        let text = |text: &str| Some(text.to_owned());
        let wrongs = [
            ("currency", Credit { currency: text("USD"), ..owed.clone() }),
            ("currency", Credit { currency: text("eur"), ..owed.clone() }),
            ("currency", Credit { currency: None, ..owed.clone() }),
            ("click_id", Credit { click_id: text("clk-1"), ..owed.clone() }),
            ("click_id", Credit { click_id: None, ..owed.clone() }),
            ("event", Credit { event: text("refund"), ..owed.clone() }),
            ("ts_event", Credit { ts_event: Some(text("2025-10-21T15:42:32Z")), ..owed.clone() }),
            ("ts_event", Credit { ts_event: Some(None), ..owed.clone() }),
        ];
        for (field, credit) in wrongs {
            assert_eq!(fields(&wrong(sent.clone(), credit.clone())), [field], "{credit:?}");
        }
        let fine = [
            Credit { event: text("sale"), ..owed.clone() },
            Credit { event: None, ..owed.clone() },
            Credit { ts_event: Some(text("2025-10-21T17:42:31+02:00")), ..owed.clone() },
        ];
        for credit in fine {
            assert!(wrong(sent.clone(), credit.clone()).is_empty(), "{credit:?}");
        }
    }

    #[test]
    fn a_brand_is_compared_where_the_key_is_present_and_null_is_another_brand() {
        let sent = deposit("100");
        let branded = |brand: Option<Option<&str>>| {
            let brand = brand.map(|brand| brand.map(str::to_owned));
            fields(&wrong(sent.clone(), Credit { brand, ..credit(&sent) }))
        };
        assert!(branded(None).is_empty());
        assert!(branded(Some(Some("lucky-star"))).is_empty());
        assert_eq!(branded(Some(Some("royal-spin"))), ["brand_id"]);
        assert_eq!(branded(Some(None)), ["brand_id"]);
    }

    #[test]
    fn a_brand_that_is_not_the_click_s_may_be_booked_as_the_click_s_or_none() {
        let right = |owed_brand: OwedBrand, brand: Option<&str>| {
            let sent = Sent { owed_brand, ..deposit("100") };
            wrong(sent.clone(), Credit { brand: Some(brand.map(str::to_owned)), ..credit(&sent) }).is_empty()
        };
        let foreign = || OwedBrand::NamedOr("royal-spin".to_owned());
        assert!([None, Some("royal-spin"), Some("lucky-star")].into_iter().all(|brand| right(foreign(), brand)));
        assert!(!right(foreign(), Some("l?cky-star")));
        assert!(right(OwedBrand::Any, None) && right(OwedBrand::Any, Some("royal-spin")));
    }

    #[test]
    fn a_mismatch_tells_both_values() {
        let sent = deposit("100");
        let told = wrong(sent.clone(), Credit { amount: Some(exactly("99.995")), ..credit(&sent) });
        assert_eq!(told[0].to_string(), "amount 99.995 instead of 100");
    }
}

mod ftd_flags {
    use super::*;

    /// Whether each of an account's deposits is booked with the right flag; each is its amount, what its sender said
    /// of it, and the flag in the books.
    fn right(deposits: &[(&str, bool, Option<bool>)]) -> Vec<bool> {
        let mut credits = Vec::new();
        let deliveries: Vec<Delivery> = (3..)
            .zip(deposits)
            .map(|(slot, &(money, says_ftd, booked))| {
                let sent = Sent { says_ftd, ..sent(EventKind::Deposit, slot, money) };
                credits.push(Credit { is_ftd: booked, ..credit(&sent) });
                delivery(sent, Purpose::Genuine, &[OK])
            })
            .collect();
        // The order in which deliveries stand in the ledger is not the order of events.
        let backwards: Vec<Delivery> = deliveries.into_iter().rev().collect();
        standings(&backwards, &after(credits)).into_iter().rev().map(|standing| standing == Standing::Ok).collect()
    }

    #[test]
    fn true_is_owed_to_the_first_deposit_that_was_sent_as_one() {
        assert_eq!(right(&[("60", true, Some(true)), ("90", false, Some(false))]), [true, true]);
        assert_eq!(right(&[("60", true, Some(false)), ("90", false, Some(true))]), [false, false]);
        assert_eq!(right(&[("60", false, Some(true)), ("90", false, None)]), [false, true]);
        assert_eq!(right(&[("60", false, Some(false)), ("90", false, None)]), [true, true]);
    }

    #[test]
    fn a_later_deposit_is_no_first_one_whatever_its_sender_says() {
        assert_eq!(right(&[("60", true, Some(true)), ("90", true, Some(true))]), [true, false]);
        assert_eq!(right(&[("60", true, Some(true)), ("90", true, Some(false))]), [true, true]);
    }

    #[test]
    fn below_the_contract_s_minimum_no_ftd_is_owed() {
        assert_eq!(right(&[("59.99", true, Some(true))]), [false]);
        assert_eq!(right(&[("59.99", true, Some(false))]), [true]);
        assert_eq!(right(&[("60.00", true, Some(true))]), [true]);
        // A first deposit that was too small was the first one all the same.
        assert_eq!(right(&[("59.99", true, Some(false)), ("90", true, Some(true))]), [true, false]);
    }

    #[test]
    fn an_open_deposit_that_could_be_the_first_may_have_either_flag() {
        // Whether an open deposit is right that is booked so, alone or after a genuine first one.
        let right = |money: &str, booked: bool, after_another: bool| {
            let first = sent(EventKind::Deposit, 3, "60");
            let open = Sent { says_ftd: true, ..sent(EventKind::Deposit, 4, money) };
            let mut credits = vec![Credit { is_ftd: Some(booked), ..credit(&open) }];
            let mut deliveries = vec![delivery(open, Purpose::Open("a case"), &[OK])];
            if after_another {
                let first = Sent { says_ftd: true, ..first };
                credits.push(Credit { is_ftd: Some(true), ..credit(&first) });
                deliveries.push(delivery(first, Purpose::Genuine, &[OK]));
            }
            standings(&deliveries, &after(credits)).remove(0) == Standing::Harmless
        };
        assert!(right("90", true, false) && right("90", false, false));
        assert!(right("90", false, true) && !right("90", true, true), "there is a first one already");
        assert!(right("59.99", false, false) && !right("59.99", true, false), "it is too small");
    }

    #[test]
    fn absent_and_false_are_one_value() {
        assert_eq!(right(&[("60", true, Some(true)), ("90", false, None)]), [true, true]);
        assert_eq!(right(&[("60", true, None), ("90", false, Some(false))]), [false, true]);
    }

    #[test]
    fn a_target_that_never_tells_the_flag_is_not_held_to_it() {
        assert_eq!(right(&[("60", true, None), ("90", false, None)]), [true, true]);
    }
}

mod strangers {
    use super::*;

    fn found(credit: Credit) -> (Vec<String>, u64) {
        let ids = ids();
        let accepted = delivery(deposit("100"), Purpose::Genuine, &[OK]);
        let books = Books { before: Vec::new(), after: vec![self::credit(&accepted.sent), credit], unsettled: false };
        let deliveries = [accepted];
        let proof = prove(&evidence(&deliveries, Some(&books), &ids, &EventKind::ALL));
        assert_eq!(proof.rows[0].standing, Standing::Ok);
        (proof.unexpected.into_iter().map(|credit| credit.event_id).collect(), proof.foreign)
    }

    fn stranger(event_id: &str, click_id: Option<&str>) -> Credit {
        Credit { event_id: event_id.to_owned(), click_id: click_id.map(str::to_owned), ..Credit::default() }
    }

    #[test]
    fn credits_with_this_run_s_tag_are_unexpected() {
        let id = "dep_k3f9q2xw_9_9_zzz";
        assert_eq!(found(stranger(id, None)), (vec![id.to_owned()], 0));
        assert_eq!(
            found(stranger("anything_k3f9q2xw", Some("their-click"))),
            (vec!["anything_k3f9q2xw".to_owned()], 0)
        );
    }

    #[test]
    fn credits_on_this_run_s_clicks_are_unexpected() {
        assert_eq!(found(stranger("theirs", Some("clk-0"))), (vec!["theirs".to_owned()], 0));
        assert_eq!(found(stranger("", Some("clk-0"))), (vec![String::new()], 0));
    }

    #[test]
    fn other_credits_are_foreign_and_only_counted() {
        assert_eq!(found(stranger("dep_other_0_3_000", Some("their-click"))), (Vec::new(), 1));
        assert_eq!(found(stranger("theirs", None)), (Vec::new(), 1));
    }
}

mod answers {
    use super::*;

    const NEW: Outcome = Outcome::Ok { repeat: Some(false) };
    const KNOWN: Outcome = Outcome::Ok { repeat: Some(true) };

    fn word(delivery: Delivery) -> &'static str {
        let ids = ids();
        prove(&evidence(&[delivery], None, &ids, &EventKind::ALL)).rows[0].standing.word()
    }

    #[test]
    fn without_books_the_answers_are_the_evidence() {
        let genuine = |attempts: &[Outcome]| word(delivery(deposit("100"), Purpose::Genuine, attempts));
        assert_eq!(genuine(&[OK]), "ok");
        assert_eq!(genuine(&[NEW, KNOWN, KNOWN]), "ok");
        assert_eq!(genuine(&[NEW, UNKNOWN, NEW]), "double");
        assert_eq!(genuine(&[OK, OK]), "ok", "a target without the flag says nothing about repeats");
        assert_eq!(genuine(&[UNKNOWN, REFUSED]), "unresolved");
        assert_eq!(genuine(&[REFUSED]), "refused");
        let mut given_up = delivery(deposit("100"), Purpose::Genuine, &[UNKNOWN]);
        given_up.dead_lettered = true;
        assert_eq!(word(given_up), "dead-lettered");
    }

    #[test]
    fn without_books_a_forgery_is_accepted_or_harmless() {
        let forgery = |kind, answer| word(forged(&deposit("100"), kind, &[answer]));
        assert_eq!(forgery(FaultKind::WrongSecret, NEW), "accepted");
        assert_eq!(forgery(FaultKind::WrongSecret, REFUSED), "harmless");
        assert_eq!(forgery(FaultKind::WrongSecret, UNKNOWN), "harmless");
        assert_eq!(forgery(FaultKind::OtherAmount, KNOWN), "harmless");
        assert_eq!(forgery(FaultKind::OtherAmount, CONFLICT), "harmless");
    }
}

#[test]
fn the_ledger_counts_events_and_forgeries_apart() {
    let ids = ids();
    let slot = |slot| sent(EventKind::Deposit, slot, "100");
    let genuine = |slot_number, attempts: &[Outcome]| delivery(slot(slot_number), Purpose::Genuine, attempts);
    let deliveries = [
        genuine(1, &[UNKNOWN, OK]),
        genuine(2, &[OK]),
        genuine(3, &[REFUSED]),
        genuine(4, &[UNKNOWN]),
        forged(&slot(1), FaultKind::WrongSecret, &[REFUSED]),
        forged(&slot(1), FaultKind::MissingToken, &[OK]),
        forged(&slot(2), FaultKind::StaleToken, &[UNKNOWN]),
        forged(&slot(1), FaultKind::OtherAmount, &[CONFLICT]),
    ];
    let books = after(vec![credit(&slot(1)), credit(&slot(4)), credit(&deliveries[6].sent)]);
    let ledger = prove(&evidence(&deliveries, Some(&books), &ids, &EventKind::ALL)).ledger;
    let expected = Ledger {
        attempts: 9,
        events: 4,
        ok: 1,
        lost: 1,
        refused: 1,
        recovered: 1,
        forgeries: 4,
        forgeries_refused: 2,
        forgeries_accepted: 1,
        forgeries_credited: 1,
        ..Ledger::default()
    };
    assert_eq!(ledger, expected);
}
