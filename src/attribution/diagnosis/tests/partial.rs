//! Defects that hit a part, small counts, and two defects at once: the diagnosis says less, and nothing wrong.

use jiff::SignedDuration;

use crate::attribution::Dimension;
use crate::attribution::tests::stage::each;
use crate::attribution::tests::world::{BRAND, Message, World};

/// As few first deposits as say hardly anything.
const FEW: usize = 12;

/// Plants it in runs of every kind; of each the causes by name.
fn causes(plant: impl Fn(&mut World) + Sync) -> Vec<Vec<&'static str>> {
    each(World::variants(), |sound| {
        let mut world = sound.clone();
        plant(&mut world);
        world.outcome().diagnosis.explanations.iter().map(|explanation| explanation.cause).collect()
    })
}

/// Whether the player of a message is among three of ten of the smaller brand.
fn hit(world: &World, message: &Message) -> bool {
    world.players[message.player].is(Dimension::Brand, BRAND) && world.draw(message.player, 5, 10) < 3
}

fn hits(world: &World, messages: &[Message]) -> Vec<bool> {
    messages.iter().map(|message| hit(world, message)).collect()
}

fn change(world: &mut World, change: impl Fn(&mut Message)) {
    let hits = hits(world, &world.s2s);
    world.s2s.iter_mut().zip(hits).filter(|(_, hit)| *hit).for_each(|(message, _)| change(message));
}

/// Removes the messages that are marked.
fn remove(messages: &mut Vec<Message>, marks: &[bool]) {
    let mut marks = marks.iter();
    messages.retain(|_| !marks.next().expect("one for each"));
}

#[test]
fn a_part_of_a_brand_is_named_by_what_its_messages_say() {
    for (cause, spoil) in [
        ("click-id-truncated", (|message| message.click.truncate(18)) as fn(&mut Message)),
        ("macro-unexpanded", |message| message.click = "${SUBID}".to_owned()),
        ("click-id-lost", |message| message.click.clear()),
    ] {
        for named in causes(|world| {
            change(world, |message| {
                spoil(message);
                message.attributed = false;
            });
        }) {
            assert_eq!(named, [cause]);
        }
    }
    for named in causes(|world| change(world, |message| message.received += SignedDuration::from_hours(5))) {
        assert_eq!(named, ["s2s-late"]);
    }
    for named in causes(|world| change(world, |message| message.at += SignedDuration::from_hours(1))) {
        assert_eq!(named, ["time-zone"]);
    }
}

#[test]
fn postbacks_missing_of_a_part_of_a_brand_are_that_brands() {
    for named in causes(|world| {
        let hits = hits(world, &world.s2s);
        remove(&mut world.s2s, &hits);
    }) {
        assert_eq!(named, ["s2s-brand"]);
    }
}

#[test]
fn cookies_missing_of_a_part_of_a_brand_have_no_cause() {
    for named in causes(|world| {
        let hits = hits(world, &world.cookie);
        remove(&mut world.cookie, &hits);
    }) {
        assert!(named.is_empty(), "{named:?}");
    }
}

#[test]
fn postbacks_missing_anywhere_have_no_pattern() {
    for named in causes(|world| {
        let lost: Vec<bool> = world.s2s.iter().map(|message| world.draw(message.player, 6, 10) == 0).collect();
        remove(&mut world.s2s, &lost);
    }) {
        assert!(named.is_empty(), "{named:?}");
    }
}

#[test]
fn few_conversions_say_nothing_by_pattern_and_all_by_their_text() {
    for named in causes(|world| {
        world.thin(FEW);
        world.keep(|player| !player.is(Dimension::Brand, BRAND));
    }) {
        assert!(named.is_empty() || named == ["s2s-brand"], "{named:?}");
    }
    for named in causes(|world| {
        world.thin(FEW);
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
    for named in causes(|world| {
        for n in 0..100 {
            let mut message = world.s2s[n].clone();
            let mut player = world.players[message.player].clone();
            player.account = format!("u_direct_{n}");
            message.player = world.players.len();
            world.players.push(player);
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
    for named in causes(|world| {
        world.keep(|player| !player.is(Dimension::Brand, BRAND));
        let of_affiliate =
            |player: &crate::attribution::tests::world::Player| player.is(Dimension::Affiliate, "aff-404");
        world.change(of_affiliate, |message| {
            message.click = "{clickid}".to_owned();
            message.attributed = false;
        });
    }) {
        assert_eq!(named, ["s2s-brand", "macro-unexpanded"]);
    }
}
