//! Probes as a whole: no mutation stumbles over any bytes, the same seed makes the same bytes, and what fails is shrunk to
//! the least that fails alike.

use proptest::prelude::*;

use jiff::Timestamp;

use super::document::Document;
use super::draws::Draws;
use super::*;
use crate::contract::{Claims, Clicks, Stage, Terms, Tokens};
use crate::model::{EventKind, Ids, Purpose, Secret};
use crate::profile::{Dialect, Profile as _, S2sJson, Sample};
use crate::scenario;
use crate::sign::{self, Settings};

const BODY: &[u8] = br#"{"amount":100,"click_id":"clk","currency":"USD","event":"deposit_success","event_id":"dep_1"}"#;

fn mutations(seed: u64) -> Vec<Mutation> {
    let names: Vec<&'static str> = S2sJson.members().iter().map(|member| member.name).collect();
    Mutation::draw(&mut Draws::new(seed, 1, 0), &names, &["account_id", "ua"])
}

#[test]
fn every_level_is_drawn_and_most_mutations_change_something() {
    let drawn: Vec<Mutation> = (0..1000).flat_map(mutations).collect();
    for level in [
        |mutation: &Mutation| matches!(mutation, Mutation::Shape(_)),
        |mutation: &Mutation| matches!(mutation, Mutation::Token(_)),
        |mutation: &Mutation| matches!(mutation, Mutation::Octets(_)),
    ] {
        assert!(drawn.iter().filter(|mutation| level(mutation)).count() > 200);
    }
    let changed = (0..1000).filter(|&seed| Mutation::apply_all(&mutations(seed), BODY) != BODY).count();
    assert!(changed > 500, "{changed}");
    assert!((0..1000).all(|seed| (1..=4).contains(&mutations(seed).len())));
}

#[test]
fn mutations_that_do_nothing_are_told_from_those_that_do() {
    use shapes::Shape;
    let (dropped, absent) = (shape(Shape::Dropped { member: "currency" }), shape(Shape::Dropped { member: "ua" }));
    assert_eq!(Mutation::effective(&[absent.clone(), dropped.clone(), absent.clone()], BODY), [dropped]);
    assert_eq!(Mutation::effective(&[absent], BODY), []);
}

#[test]
fn a_document_is_put_together_as_it_was_taken_apart() {
    assert_eq!(Document::read(BODY).expect("an object").write(), BODY);
    let twice = br#"{"a":1.00,"a":"\u0041"}"#;
    assert_eq!(Document::read(twice).expect("an object").write(), twice);
}

/// Shrinks by a predicate on the bytes instead of a target.
fn least(recipe: Recipe, fails: impl Fn(&Recipe, &[u8]) -> bool) -> (Recipe, usize) {
    let mut shrinking = Shrinking::of(recipe, vec!["account_id", "brand_id", "is_ftd", "payment_method"]);
    let mut tries = 0;
    while let Some(candidate) = shrinking.candidate() {
        tries += 1;
        assert!(tries < 200, "it ends");
        let alike = fails(&candidate, &Mutation::apply_all(&candidate.mutations, BODY));
        shrinking.tried(candidate, alike);
    }
    (shrinking.best().clone(), tries)
}

fn recipe(mutations: Vec<Mutation>) -> Recipe {
    let base = Base { kind: EventKind::Deposit, first: false, without: Vec::new() };
    Recipe { base, mutations, signing: Signing::Right }
}

fn shape(shape: shapes::Shape) -> Mutation {
    Mutation::Shape(shape)
}

#[test]
fn the_one_mutation_that_matters_is_left_and_made_small() {
    use shapes::Shape;
    let planted = recipe(vec![
        shape(Shape::Order(7)),
        shape(Shape::Deep { array: true, depth: 600 }),
        shape(Shape::Dropped { member: "currency" }),
    ]);
    // A target that fails for anything nested five deep, as long as its account is named.
    let (best, tries) = least(planted, |recipe, body| {
        body.windows(5).any(|window| window == b"[[[[[") && !recipe.base.without.contains(&"account_id")
    });
    assert_eq!(best.mutations, [shape(Shape::Deep { array: true, depth: 9 })]);
    let mut without = best.base.without;
    without.sort_unstable();
    assert_eq!(without, ["brand_id", "is_ftd", "payment_method"]);
    assert!(tries < 30, "{tries}");
}

#[test]
fn two_mutations_that_matter_together_are_both_left() {
    use shapes::Shape;
    let (currency, wrapped) = (shape(Shape::Dropped { member: "currency" }), shape(Shape::Wrapped));
    let planted = recipe(vec![currency.clone(), shape(Shape::Order(7)), wrapped.clone(), shape(Shape::Blank(" "))]);
    let (best, _) =
        least(planted, |_, body| body.starts_with(b"[") && !body.windows(8).any(|part| part == b"currency"));
    assert_eq!(best.mutations, [currency, wrapped]);
}

#[test]
fn a_target_that_fails_always_is_shown_by_the_genuine_postback() {
    let (best, _) = least(recipe(mutations(3)), |_, _| true);
    assert_eq!(best.mutations, []);
}

const START: i64 = 1_761_059_551;

/// Aims a probe as a suite with this tag would, at a target that knows its clicks; the first turn of which something can
/// be told.
fn aimed(tag: &str, probe: u64, attempt: u64) -> Aimed {
    let raw = scenario::read("test.toml", "").expect("TOML");
    let plan = scenario::check(&raw, "test.toml", "").expect("a scenario");
    let minimum = "10".parse().expect("an amount");
    let scheme = (sign::find("s2s-json").expect("it is listed").build)(Settings::default());
    let terms = Terms {
        contract: plan.contract,
        ftd_minimum: minimum,
        clicks: Some(Clicks::at("https://tracker.example/click", plan.click.parameters)),
        tokens: Tokens::None,
        claims: Claims { issuer: false, audience: false },
        canonical: scheme.canonical(),
        window: scheme.window(),
        place: scheme.place(),
        tls: false,
        read_back: true,
        shown: crate::contract::Shown::default(),
        operator: None,
    };
    let dialect = Dialect { profile: &S2sJson, scheme, secret: Secret::new("a secret"), bearer: None };
    let sample = Sample::new(Ids::new(tag.parse().expect("a tag")));
    let occasion = Occasion {
        stage: Stage { terms: &terms, profile: &S2sJson, sample: &sample, start: START },
        number: number(7, probe, attempt),
        clicks: &[format!("clk_{tag}{probe:06}{attempt:06}")],
        dialect: &dialect,
        now: Timestamp::from_second(START + 300).expect("a time"),
    };
    (0..16).find_map(|turn| Recipe::drawn(7, probe, turn, &S2sJson).aim(&occasion)).expect("something can be told")
}

#[test]
fn the_same_inputs_make_the_same_bytes_and_another_attempt_has_ids_of_its_own() {
    for probe in 0..200 {
        let (one, again, other) = (aimed("one", probe, 0), aimed("one", probe, 0), aimed("one", probe, 1));
        assert_eq!((&one.body, one.expected, one.why), (&again.body, again.expected, again.why));
        let ids = |aimed: &Aimed| aimed.plan.deliveries.iter().map(|planned| planned.sent.event_id.clone()).collect();
        let (ids, others): (Vec<String>, Vec<String>) = (ids(&one), ids(&other));
        assert!(ids.iter().all(|id| !others.contains(id)), "{ids:?} {others:?}");
    }
}

#[test]
fn what_is_expected_goes_with_what_the_oracle_is_told() {
    let mut classes = [0; 3];
    for probe in 0..400 {
        let aimed = aimed("tag", probe, 0);
        let purpose = aimed.plan.deliveries.last().expect("the probe").purpose;
        let (place, fits) = match aimed.expected {
            Expected::Acceptance => (0, purpose == Purpose::Genuine && aimed.class == Class::Valid),
            Expected::Refusal => (1, purpose == Purpose::Forged(PROBES) && aimed.class == Class::Bad),
            Expected::Either => (2, matches!(purpose, Purpose::Open(PROBES) | Purpose::Untold(PROBES))),
        };
        assert!(fits, "{:?} {:?} {purpose:?}", aimed.expected, aimed.class);
        classes[place] += 1;
    }
    assert!(classes.iter().all(|&count| count > 40), "{classes:?}");
}

proptest! {
    #[test]
    fn mutations_take_any_bytes_and_do_the_same_each_time(seed: u64, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let drawn = mutations(seed);
        prop_assert_eq!(Mutation::apply_all(&drawn, &body), Mutation::apply_all(&mutations(seed), &body));
        prop_assert_eq!(Mutation::apply_all(&drawn, BODY), Mutation::apply_all(&mutations(seed), BODY));
        for mutation in &drawn {
            prop_assert!(!mutation.to_string().is_empty());
            let mut least = mutation.clone();
            let mut steps = 0;
            while let Some(smaller) = least.smaller() {
                least = smaller;
                steps += 1;
                prop_assert!(steps < 64, "it ends");
            }
        }
    }
}
