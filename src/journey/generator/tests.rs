//! What journeys keep to, for any plan: quotas to the player, order and distance in time, bounds of amounts,
//! and bodies that are written in canonical order at once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::model::{Amount, Currency};
use crate::profile::{Profile as _, S2sJson};
use crate::scenario;
use crate::sign::Canonical;

const START: i64 = 1_761_059_551;

fn plan(text: &str) -> JourneyPlan {
    scenario::check(&scenario::read("test", text).unwrap(), "test", text).unwrap().journeys
}

fn ids() -> Ids {
    Ids::new("k3f9q2xw".parse().unwrap())
}

fn counts(plan: &JourneyPlan, seed: u64) -> BTreeMap<&'static str, usize> {
    let ids = ids();
    let journeys = Journeys::new(plan, &ids, seed, START);
    let mut counts = BTreeMap::new();
    for event in (0..journeys.count()).flat_map(|index| journeys.journey(index).events) {
        let name = match event.detail {
            Detail::Deposit { is_ftd: true, .. } => "first deposit",
            _ => event.key.kind.name(),
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[test]
fn the_default_run_has_820_events() {
    for seed in [0, 1, u64::MAX] {
        let expected = [
            ("registration", 200),
            ("kyc_approved", 200),
            ("first deposit", 200),
            ("deposit_success", 200),
            ("refund", 10),
            ("chargeback", 10),
        ];
        assert_eq!(counts(&plan(""), seed), BTreeMap::from(expected));
        assert_eq!(expected.iter().map(|(_, count)| count).sum::<usize>(), 820);
    }
}

#[test]
fn each_step_takes_its_share_of_the_step_before() {
    let plan = plan(
        r#"
        [journeys]
        players = 997
        funnel = { registration = "31%", kyc = "62%", ftd = "43%", repeat = "55%", repeat_deposits = 3, reversal = "20%", chargeback = "30%" }
        "#,
    );
    // 997 · 0.31 = 309.07, · 0.62 = 191.58, · 0.43 = 82.56; of 83 depositors 45.65 come back and 16.6 are reversed, 5.1 by banks.
    let expected = [
        ("registration", 309),
        ("kyc_approved", 192),
        ("first deposit", 83),
        ("deposit_success", 46 * 3),
        ("refund", 17 - 5),
        ("chargeback", 5),
    ];
    for seed in 0..5 {
        assert_eq!(counts(&plan, seed), BTreeMap::from(expected));
    }
}

#[test]
fn nobody_registers_where_the_funnel_is_shut() {
    let plan = plan("journeys = { players = 10, funnel = { registration = \"0%\" } }");
    assert!(counts(&plan, 1).is_empty());
}

#[test]
fn seeds_make_other_journeys_and_the_same_seed_the_same() {
    let (plan, ids) = (plan(""), ids());
    let all = |seed| {
        let journeys = Journeys::new(&plan, &ids, seed, START);
        (0..20).map(|index| format!("{:?}", journeys.journey(index))).collect::<Vec<_>>()
    };
    assert_eq!(all(7), all(7));
    assert!(all(7).iter().zip(all(8)).all(|(one, other)| *one != other));
}

#[test]
fn a_journey_made_alone_is_the_one_made_in_sequence() {
    let (plan, ids) = (plan(""), ids());
    let journeys = Journeys::new(&plan, &ids, 7, START);
    let in_sequence: Vec<String> = (0..200).map(|index| format!("{:?}", journeys.journey(index))).collect();
    for index in [199, 3, 77, 0] {
        let alone = Journeys::new(&plan, &ids, 7, START).journey(index);
        assert_eq!(format!("{alone:?}"), in_sequence[usize::try_from(index).unwrap()]);
    }
}

#[test]
fn later_players_click_later_and_all_of_them_within_the_window() {
    let (plan, ids) = (plan("journeys = { players = 50, window = \"1h\" }"), ids());
    let journeys = Journeys::new(&plan, &ids, 7, START);
    let clicks: Vec<i64> = (0..50).map(|index| journeys.journey(index).clicked_at - START).collect();
    assert!(clicks.is_sorted(), "{clicks:?}");
    // One in each player's share of the window, which is 72 seconds.
    assert!(clicks.iter().zip(0..).all(|(at, index)| (index * 72..(index + 1) * 72).contains(at)), "{clicks:?}");
}

#[test]
fn the_longest_journey_has_a_slot_for_every_event() {
    let most = "journeys = { players = 3, funnel = { repeat = \"100%\", repeat_deposits = 59, reversal = \"100%\" } }";
    let (plan, ids) = (plan(most), ids());
    let journeys = Journeys::new(&plan, &ids, 7, START);
    for index in 0..3 {
        let slots: Vec<u16> = journeys.journey(index).events.iter().map(|event| event.key.slot).collect();
        assert_eq!(slots, (1..EventKey::SLOTS).collect::<Vec<_>>());
    }
}

#[test]
fn amounts_lie_within_their_bounds_in_every_currency() {
    let text = r#"
        [journeys]
        players = 400
        [journeys.amounts]
        median = "20"
        p90 = "400"
        min = "10"
        max = "500"
        scale = { JPY = "150", KWD = "0.3" }
        [journeys.mix]
        currencies = { EUR = 1, JPY = 1, KWD = 1, CLF = 1 }
    "#;
    let bounds = BTreeMap::from([
        ("EUR", ["10", "500"]),
        ("JPY", ["1500", "75000"]),
        ("KWD", ["3", "150"]),
        ("CLF", ["10", "500"]),
    ]);
    let (plan, ids) = (plan(text), ids());
    let journeys = Journeys::new(&plan, &ids, 7, START);
    let mut seen: BTreeMap<String, Vec<Amount>> = BTreeMap::new();
    for money in (0..400).flat_map(|index| journeys.journey(index).events).filter_map(|event| event.detail.money()) {
        assert!(Money::new(money.amount(), money.currency()).is_ok(), "{money} has too many decimals");
        seen.entry(money.currency().to_string()).or_default().push(money.amount());
    }
    assert_eq!(seen.len(), 4);
    for (currency, amounts) in seen {
        let [least, most] = bounds[currency.as_str()].map(|text| text.parse::<Amount>().unwrap());
        // With so wide a spread both bounds are met.
        assert_eq!(amounts.iter().min(), Some(&least), "{currency}");
        assert_eq!(amounts.iter().max(), Some(&most), "{currency}");
        let units: Currency = currency.parse().unwrap();
        let finest = amounts.iter().map(|amount| amount.decimal().normalize().scale()).max();
        assert_eq!(finest, Some(units.minor_units()), "{currency}");
    }
}

#[test]
fn a_reversal_takes_back_a_deposit_of_the_same_journey() {
    let (plan, ids) = (plan("journeys.funnel = { reversal = \"100%\" }"), ids());
    let journeys = Journeys::new(&plan, &ids, 7, START);
    for journey in (0..200).map(|index| journeys.journey(index)) {
        let (reversal, before) = journey.events.split_last().unwrap();
        assert!(reversal.key.kind.is_reversal());
        let deposits: Vec<Money> = before.iter().filter_map(|event| event.detail.money()).collect();
        assert!(deposits.contains(&reversal.detail.money().unwrap()));
        assert!(deposits.iter().all(|money| money.currency() == deposits[0].currency()), "one account, one currency");
    }
}

fn durations() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(vec![("1s", "1s"), ("1s", "2s"), ("30s", "10m"), ("10m", "1h"), ("2h", "3d")])
}

/// Plans of every pace, from seconds to days.
fn plans() -> impl Strategy<Value = JourneyPlan> {
    let delays = (durations(), durations(), durations(), durations(), durations());
    (1..12_u64, 0..100_000_u64, delays).prop_map(|(players, window, (registration, kyc, ftd, repeat, reversal))| {
        let delay = |(median, p90): (&str, &str)| format!("{{ median = \"{median}\", p90 = \"{p90}\" }}");
        let steps =
            [("registration", registration), ("kyc", kyc), ("ftd", ftd), ("repeat", repeat), ("reversal", reversal)];
        let delays: Vec<String> = steps.iter().map(|(step, times)| format!("{step} = {}", delay(*times))).collect();
        plan(&format!(
            "[journeys]\nplayers = {players}\nwindow = \"{window}ms\"\n[journeys.funnel]\nreversal = \"50%\"\n\
             [journeys.delays]\n{}",
            delays.join("\n")
        ))
    })
}

proptest! {
    #[test]
    fn events_are_in_order_and_end_within_the_span(plan in plans(), seed: u64) {
        let ids = ids();
        let journeys = Journeys::new(&plan, &ids, seed, START);
        for journey in (0..plan.players).map(|index| journeys.journey(index)) {
            prop_assert!(journey.clicked_at >= START);
            let times: Vec<i64> = journey.events.iter().map(|event| event.at).collect();
            prop_assert!(journey.clicked_at < times[0] && times.is_sorted_by(|a, b| a < b), "{:?}", times);
            let deposits: Vec<i64> = journey.events.iter()
                .filter(|event| event.key.kind == EventKind::Deposit).map(|event| event.at).collect();
            prop_assert!(deposits.is_sorted_by(|a, b| b - a >= 120), "{:?}", deposits);
            // What lay behind the span would lie in the target's future.
            let last = times[times.len() - 1];
            prop_assert!(last <= START + plan.span(), "{} s after the start, of {}", last - START, plan.span());
        }
    }

    #[test]
    fn bodies_are_written_in_canonical_order_at_once(
        labels in proptest::collection::vec("\\PC{1,20}|[\\x00-\\x7f]{1,8}|[\u{2028}\u{1f3b0}\u{fb33}é\"\\\\/]{1,6}", 10),
        minor in 1..99_999_999_999_999_i64,
        currency in select(Currency::all()),
    ) {
        let labels: Vec<Label> = labels.into_iter().map(Label::new).collect();
        let (plan, ids) = (plan("journeys = { players = 1, funnel = { reversal = \"100%\" } }"), ids());
        let mut journey = Journeys::new(&plan, &ids, 7, START).journey(0);
        let mut rest = labels.iter();
        let player = &mut journey.player;
        player.click_id = labels[0].clone();
        for field in [
            &mut player.geo, &mut player.device, &mut player.brand, &mut player.affiliate, &mut player.aff_sub,
            &mut player.campaign, &mut player.creative, &mut player.consent,
        ] {
            *field = rest.next().unwrap();
        }
        let (money, label) = (Money::from_minor(minor, currency), &labels[9]);
        for (slot, detail) in (1..).zip(every_detail(money, label)) {
            let (kind, detail) = detail;
            let event = Event { key: EventKey { journey: 0, slot, kind }, at: journey.clicked_at, detail };
            let mut body = Vec::new();
            S2sJson.write_body(&ids, &journey.player, &event, &mut body);
            for form in [Canonical::Jcs, Canonical::Sorted] {
                let canonical = form.apply(&body, None).unwrap().into_owned();
                prop_assert_eq!(String::from_utf8_lossy(&canonical), String::from_utf8_lossy(&body));
            }
            let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(&read["click_id"], labels[0].as_str());
            prop_assert_eq!(&read["event_id"], &ids.event(event.key));
            prop_assert_eq!(&read["event"], kind.name());
        }
    }
}

/// One event of every kind, and a deposit of either sort.
fn every_detail(money: Money, label: &Label) -> [(EventKind, Detail<'_>); 6] {
    let deposit = |is_ftd| (EventKind::Deposit, Detail::Deposit { money, is_ftd, method: label });
    [
        (EventKind::Registration, Detail::Registration),
        (EventKind::KycApproved, Detail::Kyc { level: label }),
        deposit(true),
        deposit(false),
        (EventKind::Refund, Detail::Reversal { money }),
        (EventKind::Chargeback, Detail::Reversal { money }),
    ]
}
