//! Defects, each planted in sound logs: the first cause that is named is theirs.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::world::{FTDS, Message, Setup, World, eur};
use crate::attribution::Method;
use crate::attribution::diagnosis::{CAUSES, Diagnosis, Explanation, Strength, Subject};
use crate::model::Amount;
use rust_decimal::Decimal;

/// The brand in which a defect is planted where it is one brand's: the smaller ones are 1 and 2.
const BRAND: usize = 1;
/// The path on which clicks are lost.
const PATH: usize = 2;

/// A sound world; both set-ups come by turns.
fn world(seed: u64) -> (World, Setup) {
    let setup = if (seed / 2).is_multiple_of(2) { Setup::FirstParty } else { Setup::ThirdParty };
    (World::sound(seed, FTDS, setup), setup)
}

/// Plants a defect in twenty worlds, and wants it named first.
fn named_first(cause: &str, plant: impl Fn(&mut World)) -> Vec<Diagnosis> {
    let mut found = Vec::new();
    for seed in 0..20 {
        let (mut world, setup) = world(seed);
        plant(&mut world);
        let diagnosis = world.diagnosis();
        let named: Vec<_> =
            diagnosis.explanations.iter().map(|it| (it.cause, it.subjects.len(), &it.evidence)).collect();
        assert_eq!(named.first().map(|(cause, ..)| *cause), Some(cause), "{setup:?}, seed {seed}: {named:#?}");
        sound(&diagnosis.explanations);
        found.push(diagnosis);
    }
    found
}

/// What holds of all explanations.
fn sound(explanations: &[Explanation]) {
    let all: Vec<_> = explanations.iter().flat_map(|explanation| &explanation.subjects).collect();
    assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "explained twice");
    for explanation in explanations {
        assert!(!explanation.ids.is_empty() && explanation.ids.len() <= Explanation::MOST_IDS, "{explanation:?}");
        assert!(explanation.evidence.ends_with('.') && explanation.evidence.contains(|c: char| c.is_ascii_digit()));
    }
    assert!(explanations.is_sorted_by(|a, b| a.subjects.len() >= b.subjects.len()));
}

/// Names no other cause.
fn alone(found: &[Diagnosis]) {
    for diagnosis in found {
        let named: Vec<_> =
            diagnosis.explanations.iter().map(|it| (it.cause, it.subjects.len(), &it.evidence)).collect();
        assert_eq!(named.len(), 1, "{named:#?}");
    }
}

/// Spoils the click id of every postback that fits, so that it is credited to no click.
fn spoil(world: &mut World, fits: impl Fn(&World, &Message) -> bool, id: impl Fn(&str) -> String) {
    let fitting: Vec<bool> = world.s2s.iter().map(|message| fits(world, message)).collect();
    for (message, _) in world.s2s.iter_mut().zip(fitting).filter(|(_, fits)| *fits) {
        message.click = id(&message.click);
        message.attributed = false;
    }
}

#[test]
fn sound_logs_have_no_cause() {
    for seed in 0..200 {
        let (world, setup) = world(seed);
        let diagnosis = world.diagnosis_with(setup);
        assert!(diagnosis.explanations.is_empty(), "{setup:?}, seed {seed}: {:#?}", diagnosis.explanations);
        assert!(diagnosis.open.s2s_only > 200 && diagnosis.open.cookie_only == 0, "{:?}", diagnosis.open);
    }
}

#[test]
fn the_click_id_lost_between_pages() {
    let found = named_first("click-id-lost", |world| {
        spoil(world, |world, message| world.player(message).path == PATH, |_| String::new());
    });
    assert!(found.iter().all(|diagnosis| diagnosis.explanations[0].strength == Strength::Proof));
    assert!(
        found[0].explanations[0].evidence.contains("landing>games>register"),
        "{}",
        found[0].explanations[0].evidence
    );
    alone(&found);
}

#[test]
fn the_click_id_lost_and_no_postback_sent() {
    let found = named_first("click-id-lost", |world| {
        let players = world.players.clone();
        world.s2s.retain(|message| players[message.player].path != PATH);
    });
    assert!(found.iter().all(|diagnosis| diagnosis.explanations[0].strength == Strength::Pattern));
    assert!(found.iter().all(|diagnosis| diagnosis.open.cookie_only == 0));
    alone(&found);
}

#[test]
fn the_click_id_lost_and_matched_by_other_ids() {
    let found = named_first("click-id-lost", |world| {
        let players = world.players.clone();
        for message in world.s2s.iter_mut().filter(|message| players[message.player].path == PATH) {
            message.click = "undefined".to_owned();
        }
    });
    alone(&found);
    for mut world in (0..20).map(|seed| world(seed).0) {
        world.s2s.iter_mut().for_each(|message| message.click.clear());
        assert!(world.diagnosis().explanations.is_empty(), "a log without click ids says nothing of them");
    }
}

#[test]
fn the_click_id_cut_short() {
    let found =
        named_first("click-id-truncated", |world| spoil(world, |_, _| true, |id| id.chars().take(16).collect()));
    assert!(
        found[0].explanations[0].evidence.contains("16 of its 28 characters"),
        "{}",
        found[0].explanations[0].evidence
    );
    alone(&found);
}

#[test]
fn the_click_id_cut_short_and_credited_by_the_account() {
    alone(&named_first("click-id-truncated", |world| {
        for message in &mut world.s2s {
            message.click.truncate(20);
        }
    }));
}

#[test]
fn a_macro_left_unexpanded() {
    for literal in ["${SUBID}", "{clickid}", "[click_id]", "%%CLICK%%"] {
        let found = named_first("macro-unexpanded", |world| {
            spoil(world, |world, message| world.player(message).affiliate == 3, |_| literal.to_owned());
        });
        assert!(found[0].explanations[0].evidence.starts_with(&format!("`{literal}` stands")));
        alone(&found);
    }
}

#[test]
fn the_cookie_of_a_brand_in_the_wrong_domain() {
    let found = named_first("cookie-domain", |world| {
        let players = world.players.clone();
        for message in world.cookie.iter_mut().filter(|message| players[message.player].brand == BRAND) {
            message.attributed = false;
            message.click.clear();
        }
        let anonymous = world.told_anonymous;
        world.cookie.retain(|message| message.attributed || anonymous);
    });
    assert!(found.iter().all(|diagnosis| diagnosis.explanations[0].evidence.contains("brand `poker`")));
    alone(&found);
}

#[test]
fn the_cookie_in_the_wrong_domain_from_an_instant_on() {
    alone(&named_first("cookie-domain", |world| {
        let since = world.players[0].deposited.duration_since("2026-09-22T00:00:00Z".parse().expect("an instant"));
        assert!(since.as_hours() < 72);
        let mut instants: Vec<_> = world.players.iter().map(|player| player.deposited).collect();
        instants.sort();
        let change = instants[FTDS / 2];
        world.cookie.retain(|message| message.at < change);
    }));
}

#[test]
fn the_pixel_at_the_registration() {
    let found = named_first("pixel-page", |world| {
        for n in 0..world.cookie.len() {
            let registered = world.player(&world.cookie[n]).registered;
            let message = &mut world.cookie[n];
            (message.at, message.received) = (registered, registered);
            (message.money, message.transaction) = (None, None);
        }
        // Three of four who register never deposit.
        for n in 0..world.players.len() * 3 {
            let mut player = world.players[n % FTDS].clone();
            player.click = format!("clk_never_{n}");
            world.players.push(player);
            let message = Message { player: FTDS + n, money: None, transaction: None, ..world.postback(FTDS + n) };
            let at = world.players[n % FTDS].registered;
            world.cookie.push(Message { at, received: at, ..message });
        }
    });
    assert!(found[0].explanations[0].subjects.len() > FTDS * 3);
    alone(&found);
}

#[test]
fn the_pixel_on_no_page() {
    alone(&named_first("pixel-page", |world| world.cookie.clear()));
}

#[test]
fn the_pixel_on_no_page_of_a_brand() {
    for seed in (0..40).step_by(2) {
        let mut world = World::sound(seed, FTDS, Setup::ThirdParty);
        let players = world.players.clone();
        world.cookie.retain(|message| players[message.player].brand != BRAND);
        let diagnosis = world.diagnosis();
        assert_eq!(
            diagnosis.explanations.first().map(|it| it.cause),
            Some("pixel-page"),
            "{:#?}",
            diagnosis.explanations
        );
    }
}

#[test]
fn the_pixel_fired_twice() {
    let found = named_first("pixel-twice", |world| {
        let again: Vec<_> = world.cookie.iter().filter(|message| message.attributed).cloned().collect();
        world.cookie.extend(again.into_iter().map(|message| {
            let at = message.at + SignedDuration::from_secs(2);
            Message { at, received: at, ..message }
        }));
    });
    assert!(found[0].explanations[0].evidence.contains("within 2 s"), "{}", found[0].explanations[0].evidence);
    alone(&found);
}

#[test]
fn a_postback_counted_twice() {
    alone(&named_first("postback-twice", |world| {
        let again: Vec<_> = world.s2s.iter().step_by(50).cloned().collect();
        world.s2s.extend(again);
    }));
}

#[test]
fn postbacks_of_one_brand_only() {
    let found = named_first("s2s-brand", |world| {
        let players = world.players.clone();
        world.s2s.retain(|message| players[message.player].brand == BRAND);
    });
    assert!(found[0].explanations[0].evidence.contains("`casino`, `sports`"), "{}", found[0].explanations[0].evidence);
    alone(&found);
}

#[test]
fn postbacks_of_all_affiliates_but_one() {
    let found = named_first("s2s-affiliate", |world| {
        let players = world.players.clone();
        world.s2s.retain(|message| players[message.player].affiliate != 4);
    });
    assert!(found[0].explanations[0].evidence.contains("`echo`"), "{}", found[0].explanations[0].evidence);
    alone(&found);
}

#[test]
fn postbacks_that_come_too_late() {
    for hours in [3, 12] {
        let found = named_first("s2s-late", |world| {
            let end = world.s2s.iter().map(|message| message.received).max().expect("messages");
            for message in &mut world.s2s {
                message.received += SignedDuration::from_hours(hours);
            }
            world.s2s.retain(|message| message.received <= end);
        });
        assert!(found.iter().all(|diagnosis| diagnosis.open.cookie_only == 0));
        alone(&found);
    }
}

#[test]
fn postbacks_refused_for_their_lateness() {
    alone(&named_first("s2s-late", |world| {
        for message in &mut world.s2s {
            message.received += SignedDuration::from_hours(30);
            message.attributed = false;
        }
    }));
}

#[test]
fn amounts_in_another_currency() {
    let rate: Decimal = "1.0837".parse().expect("a rate");
    let converted = named_first("currency", |world| {
        for message in &mut world.s2s {
            let (amount, _) = message.money.expect("deposits have money");
            let amount = (amount.decimal() * rate).round_dp(2).to_string().parse::<Amount>().expect("an amount");
            message.money = Some((amount, eur()));
        }
    });
    assert!(
        converted[0].explanations[0].evidence.contains("times as large"),
        "{}",
        converted[0].explanations[0].evidence
    );
    let mislabelled = named_first("currency", |world| {
        for message in &mut world.cookie {
            message.money = message.money.map(|(amount, _)| (amount, "USD".parse().expect("a currency")));
        }
    });
    assert!(mislabelled[0].explanations[0].evidence.contains("USD by cookie and EUR by S2S"));
    alone(&converted);
    alone(&mislabelled);
}

#[test]
fn instants_in_another_zone() {
    for (minutes, words) in
        [(60, "60 min later"), (-60, "60 min earlier"), (345, "5.7 h later"), (24 * 60, "24 h later")]
    {
        let found = named_first("time-zone", |world| {
            for message in &mut world.s2s {
                message.at += SignedDuration::from_mins(minutes);
            }
        });
        assert!(found[0].explanations[0].evidence.contains(words), "{}", found[0].explanations[0].evidence);
        alone(&found);
    }
}

#[test]
fn postbacks_that_stop_and_that_begin_late() {
    let middle = |world: &World| {
        let mut instants: Vec<_> = world.players.iter().map(|player| player.deposited).collect();
        instants.sort();
        instants[FTDS * 3 / 4]
    };
    alone(&named_first("s2s-silent", |world| {
        let stop = middle(world);
        world.s2s.retain(|message| message.at < stop);
    }));
    alone(&named_first("s2s-silent", |world| world.s2s.clear()));
    alone(&named_first("s2s-begun-late", |world| {
        let begin = middle(world);
        world.s2s.retain(|message| message.at > begin);
    }));
}

#[test]
fn an_hour_without_postbacks_and_an_hour_without_pixels() {
    let outage = |message: &Message| message.at.as_second().rem_euclid(172_800) / 3600 == 20;
    alone(&named_first("s2s-outage", |world| world.s2s.retain(|message| !outage(message))));
    for seed in 0..20 {
        let mut world = World::sound(seed, FTDS, Setup::FirstParty);
        world.cookie.retain(|message| !outage(message));
        let found = world.diagnosis();
        assert_eq!(found.explanations.first().map(|it| it.cause), Some("pixel-outage"), "{:#?}", found.explanations);
        sound(&found.explanations);
    }
}

#[test]
fn a_browser_that_loses_more_than_it_should() {
    for seed in (0..40).filter(|seed| seed % 3 != 0) {
        let mut world = World::sound(seed, FTDS, Setup::FirstParty);
        let players = world.players.clone();
        world.cookie.retain(|message| players[message.player].browser != 3);
        let found = world.diagnosis_with(Setup::FirstParty);
        assert_eq!(found.explanations.first().map(|it| it.cause), Some("browser-losses"), "{:#?}", found.explanations);
        assert!(found.explanations[0].evidence.contains("edge"));
        assert!(world.diagnosis().explanations.is_empty(), "without a modelled audience nobody can tell");
    }
}

#[test]
fn every_conversion_seen_by_one_method_has_its_likely_cause() {
    let mut world = World::sound(1, FTDS, Setup::FirstParty);
    spoil(&mut world, |world, message| world.player(message).affiliate == 3, |_| "{clickid}".to_owned());
    let (_, pairing) = world.paired();
    let diagnosis = world.diagnosis();
    let causes: Vec<_> = diagnosis.causes(&pairing).collect();
    assert_eq!(causes.len(), pairing.cookie_only.len() + pairing.s2s_only.len());
    let told = causes.iter().filter(|(.., cause)| *cause == Some("macro-unexpanded")).count();
    let explained = diagnosis.explanations[0].subjects.iter().filter(|it| matches!(it, Subject::CookieOnly(_))).count();
    assert_eq!((told, told), (explained, pairing.cookie_only.len()));
    assert!(causes.iter().any(|(.., cause)| cause.is_none()), "what browsers lose has no cause");
    assert_eq!(diagnosis.cause_of(Subject::Pair(u32::MAX)), None);
    let messages = pairing.unattributed.iter().map(|place| diagnosis.cause(Method::S2s, *place));
    assert!(
        messages.into_iter().all(|cause| cause == Some("macro-unexpanded")),
        "a message has its conversion's cause"
    );
}

#[test]
fn a_repetition_has_its_cause_too() {
    let (mut world, _) = world(3);
    let again = world.s2s[7].clone();
    world.s2s.push(again);
    let place = u32::try_from(world.s2s.len() - 1).expect("few");
    assert_eq!(world.diagnosis().cause(Method::S2s, place), Some("postback-twice"));
    assert_eq!(world.diagnosis().cause(Method::S2s, 7), None);
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
