//! Every mistake of the reference stack that makes cookie and S2S disagree, planted in runs of the default scenario as the stack makes
//! it: its cause is the first one named, and the verdict is what the rules make of such logs.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use postproof_mocks::PARALLEL_DEFECTS;

use super::stage::each;
use super::world::{FIRST_BRAND, Message, Player, SHORT_WAY, World};
use crate::attribution::Dimension;
use crate::model::Verdict;

/// A mistake, and what has to come of it.
struct Planted {
    /// The name that the stack has for it.
    name: &'static str,
    /// The cause that comes first.
    cause: &'static str,
    /// What the rules say.
    verdict: Verdict,
    plant: fn(&mut World),
}

/// Characters of a click id that the operator's column holds.
const COLUMN: usize = 20;

/// How late the operator fires.
const LATE: SignedDuration = SignedDuration::from_hours(6);

const PLANTED: [Planted; 12] = [
    // Without a click the operator knows no network to tell.
    Planted {
        name: "operator-click-lost-in-navigation",
        cause: "click-id-lost",
        verdict: Verdict::Fail,
        plant: |world| world.keep(|player| player.is(Dimension::Path, SHORT_WAY)),
    },
    Planted {
        name: "operator-click-id-truncated",
        cause: "click-id-truncated",
        verdict: Verdict::Fail,
        plant: |world| {
            let cut = |message: &mut Message| {
                message.attributed = message.click.len() <= COLUMN;
                message.click.truncate(COLUMN);
            };
            world.change(|_| true, cut);
        },
    },
    Planted {
        name: "operator-macro-unexpanded",
        cause: "macro-unexpanded",
        verdict: Verdict::Fail,
        plant: |world| {
            world.change(|_| true, |message| (message.click, message.attributed) = ("{click_id}".to_owned(), false));
        },
    },
    Planted {
        name: "cookie-domain-wrong",
        cause: "cookie-domain",
        verdict: Verdict::Fail,
        plant: |world| {
            let others = |player: &Player| !player.is(Dimension::Brand, FIRST_BRAND);
            world.change_pixels(others, |pixel| (pixel.click, pixel.attributed) = (String::new(), false));
        },
    },
    Planted {
        name: "pixel-on-wrong-page",
        cause: "pixel-page",
        verdict: Verdict::Fail,
        plant: World::move_pixels_to_registration,
    },
    Planted {
        name: "pixel-fires-twice",
        cause: "pixel-twice",
        verdict: Verdict::Pass,
        plant: |world| {
            world.change_pixels(|_| true, |pixel| pixel.transaction = None);
            let again = world.cookie.clone();
            world.cookie.extend(again);
        },
    },
    Planted {
        name: "operator-one-brand-only",
        cause: "s2s-brand",
        verdict: Verdict::Fail,
        plant: |world| world.keep(|player| player.is(Dimension::Brand, FIRST_BRAND)),
    },
    Planted {
        name: "operator-late-postbacks",
        cause: "s2s-late",
        verdict: Verdict::Fail,
        plant: |world| {
            world.change(|_| true, |message| message.received += LATE);
            let closed = world.stage.end() + world.stage.grace();
            world.s2s.retain(|message| message.received <= closed);
        },
    },
    Planted {
        name: "operator-always-usd",
        cause: "currency",
        verdict: Verdict::Pass,
        plant: |world| world.change(|_| true, in_dollars),
    },
    Planted {
        name: "pixel-currency-wrong",
        cause: "currency",
        verdict: Verdict::Pass,
        plant: |world| world.change_pixels(|_| true, in_dollars),
    },
    Planted {
        name: "operator-local-times",
        cause: "time-zone",
        verdict: Verdict::Pass,
        plant: |world| world.change(|_| true, |message| message.at -= SignedDuration::from_hours(3)),
    },
    Planted {
        name: "pixel-hour-off",
        cause: "time-zone",
        verdict: Verdict::Pass,
        plant: |world| world.change_pixels(|_| true, |pixel| pixel.at -= SignedDuration::from_hours(1)),
    },
];

fn in_dollars(message: &mut Message) {
    let dollars = "USD".parse().expect("a currency");
    message.money = message.money.map(|(amount, _)| (amount, dollars));
}

/// Plants each mistake in each of these runs.
fn first_named_in(worlds: &[World]) {
    for Planted { name, cause, verdict, plant } in PLANTED {
        let outcomes = each(worlds, |sound| {
            let mut world = sound.clone();
            plant(&mut world);
            world.outcome()
        });
        for (run, outcome) in outcomes.iter().enumerate() {
            let named: Vec<_> = outcome.diagnosis.explanations.iter().map(|it| (it.cause, &it.evidence)).collect();
            assert_eq!(named.first().map(|(cause, _)| *cause), Some(cause), "{name}, run {run}: {named:#?}");
            assert_eq!(named.len(), 1, "nothing else is wrong; {name}, run {run}: {named:#?}");
            assert_eq!(outcome.ruled.verdict, verdict, "{name}, run {run}: {:#?}", outcome.ruled.checks);
        }
    }
}

#[test]
fn each_mistake_is_the_first_cause_named_and_judged_by_the_rules() {
    assert_eq!(World::runs().len(), 20);
    first_named_in(World::runs());
}

#[test]
fn so_it_is_with_a_third_party_pixel_and_where_logs_tell_less() {
    first_named_in(World::variants());
}

#[test]
fn every_mistake_of_the_stack_is_planted() {
    let planted: BTreeSet<_> = PLANTED.iter().map(|planted| planted.name).collect();
    assert_eq!(planted, PARALLEL_DEFECTS.iter().copied().collect());
}
