//! Pairings that no matching would make: places that are not there, places twice. Nothing panics, and nothing is explained twice.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::attribution::diagnosis::{Diagnosis, ExpectedLoss, Subject, Terms};
use crate::attribution::{Dimension, Doubled, Logs, MatchedBy, Method, Names, Pair, Pairing, Side, Sighting, Traits};
use crate::model::Amount;

const CLICKS: [&str; 8] =
    ["", "clk_0123456789abcdef", "clk_0123456789", "${SUBID}", "null", "é", "clk_0123456789abcdeX", "{"];
const CURRENCIES: [&str; 3] = ["EUR", "USD", "JPY"];

/// A sighting by a few small numbers: instant, delay, click, account, amount, currency, name, flags.
type Numbers = (i64, i64, usize, u8, i64, usize, u8, u8);

fn numbers() -> impl Strategy<Value = Numbers> {
    let instant = prop_oneof![0..200_000_i64, Just(0), Just(-300_000_000_000), Just(250_000_000_000)];
    (instant, -9000..90_000_i64, 0..CLICKS.len(), 0..9_u8, -500..90_000_i64, 0..CURRENCIES.len(), 0..4_u8, any::<u8>())
}

fn side(all: &[Numbers], names: &mut Names) -> Side {
    let mut side = Side::default();
    for (row, &(at, delay, click, account, minor, currency, name, flags)) in (1_u32..).zip(all) {
        let at = Timestamp::from_second(at).expect("in range");
        let name = names.number(&format!("n{name}"));
        let traits = Dimension::ALL.iter().zip([1_u8, 2, 4, 8, 16, 32]);
        let traits = traits.fold(Traits::default(), |traits, (dimension, bit)| {
            traits.with(*dimension, name.filter(|_| flags & bit != 0))
        });
        let currency = CURRENCIES[currency].parse().expect("a currency");
        side.sightings.push(Sighting {
            at,
            received: (flags & 64 != 0)
                .then(|| at.saturating_add(SignedDuration::from_secs(delay)).expect("a span of time")),
            click: side.texts.add(CLICKS[click]),
            transaction: side.texts.add(&format!("t{account}")),
            account: side.texts.add(&format!("a{account}")),
            money: (flags & 128 != 0).then(|| (Amount::from_minor(minor, currency), currency)),
            attributed: flags & 1 != 0,
            traits,
            row,
        });
    }
    side
}

fn places() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![0..60_u32, Just(u32::MAX)], 0..60)
}

fn pairing() -> impl Strategy<Value = Pairing> {
    let both = prop::collection::vec((0..60_u32, 0..60_u32), 0..60);
    let doubled = prop::collection::vec((0..60_u32, 0..70_u32, any::<bool>()), 0..20);
    let late = prop::collection::vec((0..70_u32, 0..70_u32), 0..10);
    (both, places(), places(), doubled, places(), places(), late).prop_map(
        |(both, cookie_only, s2s_only, doubled, unattributed, anonymous, late)| {
            let pair = |(cookie, s2s)| Pair { cookie, s2s, by: MatchedBy::Click };
            let double = |(first, again, cookie)| {
                let method = if cookie { Method::Cookie } else { Method::S2s };
                Doubled { method, first, again }
            };
            Pairing {
                both: both.into_iter().map(pair).collect(),
                cookie_only,
                s2s_only,
                doubled: doubled.into_iter().map(double).collect(),
                unattributed,
                anonymous,
                pending: Vec::new(),
                late: late.into_iter().map(pair).collect(),
            }
        },
    )
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_is_explained_twice(
        cookie in prop::collection::vec(numbers(), 0..60),
        s2s in prop::collection::vec(numbers(), 0..60),
        pairing in pairing(),
        grace in -10..9000_i64,
        share in -1.0..2.0_f64,
    ) {
        let mut logs = Logs::default();
        logs.cookie = side(&cookie, &mut logs.names);
        logs.s2s = side(&s2s, &mut logs.names);
        let losses = [("n1", f64::NAN), ("n2", 0.1)];
        let losses = losses.map(|(name, error)| ExpectedLoss { browser: name.to_owned(), share, error });
        let terms = Terms { grace: SignedDuration::from_secs(grace), losses: &losses };
        let diagnosis = Diagnosis::of(&logs, &pairing, terms);

        let all: Vec<Subject> = diagnosis.explanations.iter().flat_map(|it| it.subjects.clone()).collect();
        prop_assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
        for explanation in &diagnosis.explanations {
            for subject in &explanation.subjects {
                prop_assert_eq!(diagnosis.cause_of(*subject), Some(explanation.cause));
            }
        }
        let told = diagnosis.causes(&pairing).count();
        prop_assert_eq!(told, pairing.cookie_only.len() + pairing.s2s_only.len());
    }
}
