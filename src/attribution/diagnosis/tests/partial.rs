//! Defects that hit a part, small counts, and two defects at once: the diagnosis says less, and nothing wrong.

use jiff::SignedDuration;

use super::world::{FTDS, Message, Setup, World};
use crate::attribution::diagnosis::Diagnosis;

const BRAND: usize = 1;

/// Whether a player is among three of ten of the smaller brand.
fn hit(world: &World, message: &Message) -> bool {
    world.player(message).brand == BRAND && world.draw(message.player, 5, 10) < 3
}

/// Plants it in twenty worlds; of each the causes by name.
fn causes(ftds: usize, plant: impl Fn(&mut World)) -> Vec<Vec<&'static str>> {
    let planted = |seed| {
        let setup = if seed % 2 == 0 { Setup::FirstParty } else { Setup::ThirdParty };
        let mut world = World::sound(seed, ftds, setup);
        plant(&mut world);
        names(&world.diagnosis())
    };
    (0..20).map(planted).collect()
}

fn names(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.explanations.iter().map(|explanation| explanation.cause).collect()
}

fn change(world: &mut World, change: impl Fn(&mut Message)) {
    let hits: Vec<bool> = world.s2s.iter().map(|message| hit(world, message)).collect();
    world.s2s.iter_mut().zip(hits).filter(|(_, hit)| *hit).for_each(|(message, _)| change(message));
}

#[test]
fn a_part_of_a_brand_is_named_by_what_its_messages_say() {
    for (cause, spoil) in [
        ("click-id-truncated", (|message| message.click.truncate(12)) as fn(&mut Message)),
        ("macro-unexpanded", |message| message.click = "${SUBID}".to_owned()),
        ("click-id-lost", |message| message.click.clear()),
    ] {
        for named in causes(FTDS, |world| {
            change(world, |message| {
                spoil(message);
                message.attributed = false;
            });
        }) {
            assert_eq!(named, [cause]);
        }
    }
    for named in causes(FTDS, |world| change(world, |message| message.received += SignedDuration::from_hours(5))) {
        assert_eq!(named, ["s2s-late"]);
    }
    for named in causes(FTDS, |world| change(world, |message| message.at += SignedDuration::from_hours(1))) {
        assert_eq!(named, ["time-zone"]);
    }
}

#[test]
fn postbacks_missing_of_a_part_of_a_brand_are_that_brands() {
    for named in causes(FTDS, |world| {
        let hits: Vec<bool> = world.s2s.iter().map(|message| hit(world, message)).collect();
        let mut hits = hits.iter();
        world.s2s.retain(|_| !hits.next().expect("one for each"));
    }) {
        assert_eq!(named, ["s2s-brand"]);
    }
}

#[test]
fn cookies_missing_of_a_part_of_a_brand_have_no_cause() {
    for named in causes(FTDS, |world| {
        let hits: Vec<bool> = world.cookie.iter().map(|message| hit(world, message)).collect();
        let mut hits = hits.iter();
        world.cookie.retain(|_| !hits.next().expect("one for each"));
    }) {
        assert!(named.is_empty(), "{named:?}");
    }
}

#[test]
fn postbacks_missing_anywhere_have_no_pattern() {
    for named in causes(FTDS, |world| {
        let lost: Vec<bool> = world.s2s.iter().map(|message| world.draw(message.player, 6, 10) == 0).collect();
        let mut lost = lost.iter();
        world.s2s.retain(|_| !lost.next().expect("one for each"));
    }) {
        assert!(named.is_empty(), "{named:?}");
    }
}

#[test]
fn few_conversions_say_nothing_by_pattern_and_all_by_their_text() {
    for named in causes(12, |world| {
        let players = world.players.clone();
        world.s2s.retain(|message| players[message.player].brand != BRAND);
    }) {
        assert!(named.is_empty() || named == ["s2s-brand"], "{named:?}");
    }
    for named in causes(12, |world| {
        // Not the last, whose postback may still come.
        let seen = world.cookie.iter().filter(|message| message.attributed);
        let player = seen.min_by_key(|message| message.at).expect("somebody keeps the cookie").player;
        for message in world.s2s.iter_mut().filter(|message| message.player == player) {
            message.click.truncate(10);
            message.attributed = false;
        }
    }) {
        assert_eq!(named, ["click-id-truncated"]);
    }
}

#[test]
fn messages_of_players_without_a_click_are_no_evidence() {
    for named in causes(FTDS, |world| {
        for n in 0..100 {
            let mut message = world.s2s[n].clone();
            message.player = world.players.len();
            world.players.push(world.players[n].clone());
            message.transaction = Some(format!("dep_direct_{n}"));
            message.click.clear();
            message.attributed = false;
            world.s2s.push(message);
        }
    }) {
        assert!(named.is_empty(), "{named:?}");
    }
}

#[test]
fn two_defects_are_both_named_the_larger_first() {
    for named in causes(FTDS, |world| {
        let players = world.players.clone();
        world.s2s.retain(|message| players[message.player].brand != 2);
        for message in world.s2s.iter_mut().filter(|message| players[message.player].affiliate == 0) {
            message.click = "{clickid}".to_owned();
            message.attributed = false;
        }
    }) {
        assert_eq!(named, ["s2s-brand", "macro-unexpanded"]);
    }
}
