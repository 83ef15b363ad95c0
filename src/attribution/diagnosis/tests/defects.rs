//! Defects, each planted in sound runs of every kind: the cause that is named is theirs, and no other.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rust_decimal::Decimal;

use crate::attribution::diagnosis::{CAUSES, Diagnosis, Explanation, Strength, Subject, Terms};
use crate::attribution::tests::stage::{Outcome, each};
use crate::attribution::tests::world::{BRAND, LONG_WAY, Message, Player, World};
use crate::attribution::{Dimension, Method};
use crate::model::Amount;

/// The smallest affiliate.
const AFFILIATE: &str = "aff-404";

/// Plants a defect in runs of every kind, and wants it named and nothing else.
fn named(cause: &str, plant: impl Fn(&mut World) + Sync) -> Vec<Outcome> {
    named_in(World::variants(), cause, plant)
}

fn named_in(worlds: &[World], cause: &str, plant: impl Fn(&mut World) + Sync) -> Vec<Outcome> {
    let outcomes = each(worlds, |sound| {
        let mut world = sound.clone();
        plant(&mut world);
        world.outcome()
    });
    for (number, outcome) in outcomes.iter().enumerate() {
        let explanations = &outcome.diagnosis.explanations;
        let named: Vec<_> = explanations.iter().map(|it| (it.cause, it.subjects.len(), &it.evidence)).collect();
        assert_eq!(named.iter().map(|(cause, ..)| *cause).collect::<Vec<_>>(), [cause], "run {number}: {named:#?}");
        sound(explanations);
    }
    outcomes
}

/// What holds of all explanations.
fn sound(explanations: &[Explanation]) {
    for explanation in explanations {
        let subjects = &explanation.subjects;
        assert_eq!(subjects.len(), subjects.iter().collect::<BTreeSet<_>>().len(), "explained twice");
        assert!(!explanation.ids.is_empty() && explanation.ids.len() <= Explanation::MOST_IDS, "{explanation:?}");
        assert!(explanation.evidence.ends_with('.') && explanation.evidence.contains(|c: char| c.is_ascii_digit()));
    }
}

fn evidence(outcomes: &[Outcome]) -> &str {
    &outcomes[0].diagnosis.explanations[0].evidence
}

fn strengths(outcomes: &[Outcome]) -> BTreeSet<Strength> {
    outcomes.iter().map(|outcome| outcome.diagnosis.explanations[0].strength).collect()
}

/// Spoils a click id, so that it is credited to nobody.
fn spoiled(message: &mut Message, id: &str) {
    id.clone_into(&mut message.click);
    message.attributed = false;
}

fn of_affiliate(player: &Player) -> bool {
    player.is(Dimension::Affiliate, AFFILIATE)
}

#[test]
fn the_click_id_lost_between_pages() {
    let found = named("click-id-lost", |world| {
        world.change(|player| player.is(Dimension::Path, LONG_WAY), |message| spoiled(message, ""));
    });
    assert_eq!(strengths(&found), BTreeSet::from([Strength::Proof]));
    assert!(evidence(&found).contains(LONG_WAY), "{}", evidence(&found));
}

#[test]
fn the_click_id_lost_and_no_postback_sent() {
    let found = named("click-id-lost", |world| world.keep(|player| !player.is(Dimension::Path, LONG_WAY)));
    assert_eq!(strengths(&found), BTreeSet::from([Strength::Pattern]));
    assert!(found.iter().all(|outcome| outcome.diagnosis.open.cookie_only == 0));
}

#[test]
fn the_click_id_lost_and_matched_by_other_ids() {
    named("click-id-lost", |world| {
        let fits = |player: &Player| player.is(Dimension::Path, LONG_WAY);
        world.change(fits, |message| "undefined".clone_into(&mut message.click));
    });
    for mut world in World::variants().iter().cloned() {
        world.change(|_| true, |message| message.click.clear());
        let explanations = world.outcome().diagnosis.explanations;
        assert!(explanations.is_empty(), "a log without click ids says nothing of them: {explanations:#?}");
    }
}

#[test]
fn the_click_id_cut_short_and_credited_by_the_account() {
    let found = named("click-id-truncated", |world| world.change(|_| true, |message| message.click.truncate(18)));
    assert!(evidence(&found).contains("18 of its 2"), "{}", evidence(&found));
    assert_eq!(strengths(&found), BTreeSet::from([Strength::Proof]));
}

#[test]
fn a_macro_left_unexpanded() {
    for literal in ["${SUBID}", "{clickid}", "[click_id]", "%%CLICK%%"] {
        let found = named("macro-unexpanded", |world| world.change(of_affiliate, |message| spoiled(message, literal)));
        assert!(evidence(&found).starts_with(&format!("`{literal}` stands")));
    }
}

#[test]
fn the_cookie_of_a_brand_in_the_wrong_domain() {
    let found = named("cookie-domain", |world| {
        let keeps_anonymous = world.keeps_anonymous();
        world.change_pixels(|player| player.is(Dimension::Brand, BRAND), |pixel| spoiled(pixel, ""));
        world.cookie.retain(|pixel| pixel.attributed || keeps_anonymous);
    });
    assert!(found.iter().all(|outcome| outcome.diagnosis.explanations[0].evidence.contains("brand `royal-spin`")));
}

#[test]
fn the_cookie_in_the_wrong_domain_from_an_instant_on() {
    named("cookie-domain", |world| {
        let change = world.instant(0.5);
        world.cookie.retain(|pixel| pixel.at < change);
    });
    // So few that each browser alone misses more.
    named("cookie-domain", |world| {
        let change = world.instant(0.7);
        world.cookie.retain(|pixel| pixel.at < change);
    });
}

#[test]
fn the_pixel_on_no_page() {
    named("pixel-page", |world| world.cookie.clear());
}

#[test]
fn the_pixel_on_no_page_of_a_brand() {
    let keeping: Vec<_> = World::variants().iter().filter(|world| world.keeps_anonymous()).cloned().collect();
    assert_eq!(keeping.len(), 4);
    named_in(&keeping, "pixel-page", |world| world.keep_pixels(|player| !player.is(Dimension::Brand, BRAND)));
}

#[test]
fn the_pixel_fired_again_by_who_loads_the_page_again() {
    let found = named("pixel-twice", |world| {
        let again: Vec<_> = world.cookie.iter().filter(|pixel| pixel.attributed).step_by(10).cloned().collect();
        world.cookie.extend(again.into_iter().map(|pixel| {
            let at = pixel.at + SignedDuration::from_secs(2);
            Message { at, received: at, ..pixel }
        }));
    });
    assert!(evidence(&found).contains("within 2 s"), "{}", evidence(&found));
}

#[test]
fn a_postback_counted_twice() {
    named("postback-twice", |world| {
        let again: Vec<_> = world.s2s.iter().step_by(50).cloned().collect();
        world.s2s.extend(again);
    });
}

#[test]
fn postbacks_of_all_affiliates_but_one() {
    let found = named("s2s-affiliate", |world| world.keep(|player| !of_affiliate(player)));
    assert!(evidence(&found).contains("`aff-404`"), "{}", evidence(&found));
}

#[test]
fn postbacks_that_come_too_late() {
    for hours in [3, 12] {
        let found = named("s2s-late", |world| {
            let end = world.s2s.iter().map(|message| message.received).max().expect("messages");
            world.change(|_| true, |message| message.received += SignedDuration::from_hours(hours));
            world.s2s.retain(|message| message.received <= end);
        });
        assert!(found.iter().all(|outcome| outcome.diagnosis.open.cookie_only == 0));
    }
}

#[test]
fn postbacks_refused_for_their_lateness() {
    named("s2s-late", |world| {
        world.change(
            |_| true,
            |message| {
                message.received += SignedDuration::from_hours(30);
                message.attributed = false;
            },
        );
    });
}

#[test]
fn amounts_converted_under_their_own_code() {
    let rate: Decimal = "1.0837".parse().expect("a rate");
    let found = named("currency", |world| {
        let convert = |message: &mut Message| {
            message.money = message.money.map(|(amount, currency)| {
                let converted = (amount.decimal() * rate).round_dp(2).to_string();
                let is_euro = currency == "EUR".parse().expect("a currency");
                (if is_euro { converted.parse::<Amount>().expect("an amount") } else { amount }, currency)
            });
        };
        world.change(|_| true, convert);
    });
    assert!(evidence(&found).contains("times as large"), "{}", evidence(&found));
}

#[test]
fn instants_in_another_zone() {
    for (minutes, words) in [(60, "60 min later"), (345, "5.7 h later"), (-24 * 60, "24 h earlier")] {
        let found = named("time-zone", |world| {
            world.change(|_| true, |message| message.at += SignedDuration::from_mins(minutes));
        });
        assert!(evidence(&found).contains(words), "{}", evidence(&found));
    }
}

#[test]
fn postbacks_that_stop_and_that_begin_late() {
    named("s2s-silent", |world| {
        let stop = world.instant(0.75);
        world.s2s.retain(|message| message.at < stop);
    });
    named("s2s-silent", |world| world.s2s.clear());
    named("s2s-begun-late", |world| {
        let begin = world.instant(0.75);
        world.s2s.retain(|message| message.at > begin);
    });
}

#[test]
fn an_hour_without_postbacks_and_an_hour_without_pixels() {
    let outage = |message: &Message| message.at.as_second().div_euclid(3600) % 48 == 20;
    named("s2s-outage", |world| world.s2s.retain(|message| !outage(message)));
    named("pixel-outage", |world| world.cookie.retain(|message| !outage(message)));
}

#[test]
fn a_browser_that_loses_more_than_it_should() {
    let telling: Vec<_> = World::variants().iter().filter(|world| world.tells_traits).cloned().collect();
    assert_eq!(telling.len(), 4);
    let plant = |world: &mut World| world.keep_pixels(|player| !player.is(Dimension::Browser, "edge"));
    assert!(evidence(&named_in(&telling, "browser-losses", plant)).contains("edge"));
    for mut world in telling {
        plant(&mut world);
        let logs = world.logs();
        let terms = Terms { grace: world.stage.grace(), losses: &[] };
        let found = Diagnosis::of(&logs, &world.stage.paired(&logs), terms).explanations;
        assert!(found.is_empty(), "without a modelled audience nobody can tell: {found:#?}");
    }
}

#[test]
fn every_conversion_seen_by_one_method_has_its_likely_cause() {
    let mut world = World::variants()[0].clone();
    world.change(of_affiliate, |message| spoiled(message, "{clickid}"));
    let Outcome { pairing, diagnosis, .. } = world.outcome();
    let causes: Vec<_> = diagnosis.causes(&pairing).collect();
    assert_eq!(causes.len(), pairing.cookie_only.len() + pairing.s2s_only.len());
    let told = causes.iter().filter(|(.., cause)| *cause == Some("macro-unexpanded")).count();
    let explained = diagnosis.explanations[0].subjects.iter().filter(|it| matches!(it, Subject::CookieOnly(_))).count();
    assert_eq!((told, told), (explained, pairing.cookie_only.len()));
    assert!(causes.iter().any(|(.., cause)| cause.is_none()), "what browsers lose has no cause");
    assert_eq!(diagnosis.cause_of(Subject::Pair(u32::MAX)), None);
    let pending: BTreeSet<_> = pairing.pending.iter().map(|place| world.cookie[*place as usize].player).collect();
    let settled = pairing.unattributed.iter().filter(|place| !pending.contains(&world.s2s[**place as usize].player));
    for place in settled {
        assert_eq!(
            diagnosis.cause(Method::S2s, *place),
            Some("macro-unexpanded"),
            "a message has its conversion's cause"
        );
    }
}

#[test]
fn a_repetition_has_its_cause_too() {
    let mut world = World::variants()[0].clone();
    let again = world.s2s[7].clone();
    world.s2s.push(again);
    let place = u32::try_from(world.s2s.len() - 1).expect("few");
    let diagnosis = world.outcome().diagnosis;
    assert_eq!(diagnosis.cause(Method::S2s, place), Some("postback-twice"));
    assert_eq!(diagnosis.cause(Method::S2s, 7), None);
}

#[test]
fn causes_have_names_and_advice_of_their_own() {
    let ids: BTreeSet<_> = CAUSES.iter().map(|cause| cause.id()).collect();
    let advice: BTreeSet<_> = CAUSES.iter().map(|cause| cause.advice()).collect();
    assert_eq!((ids.len(), advice.len()), (CAUSES.len(), CAUSES.len()));
    let page = include_str!("../../../../docs/parallel.md");
    let told: BTreeSet<_> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(told, ids, "docs/parallel.md tells of each cause");
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
}
