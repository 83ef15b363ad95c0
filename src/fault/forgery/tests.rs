//! Each forgery is bad in the one thing that its kind names, by its final bytes, under every scheme, and for `s2s-json`
//! under every canonical form and in either place of the signature.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::*;
use crate::journey::{Journey, Journeys};
use crate::model::{EventKind, Secret};
use crate::profile::S2sJson;
use crate::scenario::{self, JourneyPlan};
use crate::sign::{
    self, Algorithm, Bearer, Canonical, Delivered, Place, Refusal, SCHEMES, Settings, TokenKey, TokenMaker,
};

const SEED: u64 = 7;
/// A secret that every scheme takes, those with keys in base64 too.
const SECRET: &str = "whsec_YSBzaGFyZWQgc2VjcmV0";

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn plan() -> JourneyPlan {
    let text = "journeys = { players = 4, funnel = { repeat = \"50%\", reversal = \"100%\" } }";
    scenario::check(&scenario::read("test", text).unwrap(), "test", text).unwrap().journeys
}

fn ids() -> Ids {
    Ids::new("k3f9q2xw".parse().unwrap())
}

fn minted() -> Bearer {
    Bearer::Minted(TokenMaker::new(TokenKey::new(Algorithm::Hs256, &Secret::new("a token secret")).unwrap()))
}

fn dialect(canonical: Canonical, place: Place, bearer: Option<Bearer>) -> Dialect {
    let scheme = (sign::find("s2s-json").unwrap().build)(Settings { canonical, place });
    Dialect { profile: &S2sJson, scheme, secret: Secret::new(SECRET), bearer }
}

fn of_scheme(name: &str) -> Dialect {
    let scheme = (sign::find(name).unwrap().build)(Settings::default());
    Dialect { scheme, ..plain() }
}

fn plain() -> Dialect {
    dialect(Canonical::Jcs, header(), Some(minted()))
}

fn header() -> Place {
    Place::Header("X-Signature".to_owned())
}

fn every_dialect() -> Vec<Dialect> {
    let places = [header(), Place::Member("signature".to_owned())];
    let pairs = Canonical::ALL.into_iter().flat_map(|form| places.clone().map(|place| (form, place)));
    let s2s_json = pairs.map(|(form, place)| dialect(form, place, Some(minted())));
    let others = SCHEMES.iter().map(|entry| entry.name).filter(|name| *name != "s2s-json");
    s2s_json.chain(others.map(of_scheme)).collect()
}

fn forgeries() -> impl Iterator<Item = FaultKind> {
    FaultKind::ALL.into_iter().filter(|kind| kind.is_forgery())
}

/// Every forgery of the kind that can be made from some journeys, beside the event that it was made from.
fn each(dialect: &Dialect, kind: FaultKind, mut check: impl FnMut(&Journey<'_>, &Event<'_>, Forged)) {
    if Forger::why_not(dialect, kind).is_some() {
        return;
    }
    let (plan, ids) = (plan(), ids());
    let journeys = Journeys::new(&plan, &ids, SEED, 1_761_059_551);
    let known_clicks = (0..journeys.count()).map(|index| ids.click(index)).collect();
    let forger = Forger { dialect, ids: &ids, known_clicks: &known_clicks, seed: SEED };
    for journey in (0..journeys.count()).map(|index| journeys.journey(index)) {
        for event in &journey.events {
            if kind == FaultKind::OtherAmount && event.detail.money().is_none() {
                continue;
            }
            check(&journey, event, forger.forge(kind, &journey.player, event, now()).unwrap());
        }
    }
}

/// The body as it was written before it was signed.
fn written(dialect: &Dialect, player: &Player<'_>, event: &Event<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    dialect.profile.write_body(&ids(), player, event, &mut body);
    body
}

/// The body's members, without the signature.
fn members(body: &[u8]) -> serde_json::Map<String, Value> {
    let Value::Object(mut members) = serde_json::from_slice(body).unwrap() else { panic!("the body is no object") };
    members.remove("signature");
    members
}

/// The names of members that differ.
fn changes(one: &[u8], other: &[u8]) -> Vec<String> {
    let (one, other) = (members(one), members(other));
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    // 100 and 100.00 are one amount.
    let value = |value: Option<&Value>| value.map(|value| value.as_f64().map_or_else(|| value.clone(), Value::from));
    names.into_iter().filter(|name| value(one.get(*name)) != value(other.get(*name))).cloned().collect()
}

fn verified(dialect: &Dialect, postback: &Postback) -> Result<(), Refusal> {
    let delivered = Delivered { headers: &postback.headers, body: &postback.body, now: now() };
    dialect.scheme.verify(&dialect.secret, &delivered)
}

#[test]
fn the_body_differs_from_the_genuine_one_in_what_the_kind_names_only() {
    for dialect in every_dialect() {
        for kind in forgeries() {
            each(&dialect, kind, |journey, event, forged| {
                let conflicting = kind == FaultKind::OtherAmount;
                let key = if conflicting { event.key } else { event.key.forged(kind.number()) };
                let genuine = written(&dialect, &journey.player, &Event { key, ..*event });
                let owed = match kind {
                    FaultKind::TamperedBody if event.detail.money().is_none() => vec!["account_id"],
                    FaultKind::TamperedBody | FaultKind::OtherAmount => vec!["amount"],
                    FaultKind::UnknownClick => vec!["click_id"],
                    _ => vec![],
                };
                assert_eq!(changes(&forged.postback.body, &genuine), owed, "{kind:?}");
            });
        }
    }
}

#[test]
fn the_ledger_keeps_what_the_body_says() {
    for dialect in every_dialect() {
        for kind in forgeries() {
            each(&dialect, kind, |_, event, Forged { postback, sent, purpose }| {
                let said = members(&postback.body);
                assert_eq!(said["event_id"], sent.event_id.as_str());
                assert_eq!(said["event_id"], postback.event_id.as_str());
                assert_eq!(ids().parse(&sent.event_id), Some(sent.key));
                assert_eq!(said["click_id"], sent.click_id.as_str());
                assert_eq!(said["account_id"], sent.account.as_str());
                assert_eq!(said["event"], sent.kind().name());
                let amount = said.get("amount").map(ToString::to_string).map(|text| text.parse().unwrap());
                assert_eq!(amount, sent.money.map(crate::model::Money::amount));
                // Only a body that needs the known id goes under it.
                let conflicting = kind == FaultKind::OtherAmount;
                assert_eq!(sent.key == event.key, conflicting);
                let owed = if conflicting { Purpose::Conflicting(kind.name()) } else { Purpose::Forged(kind.name()) };
                assert_eq!(purpose, owed);
            });
        }
    }
}

#[test]
fn the_scheme_refuses_a_bad_signature_for_what_is_bad_about_it() {
    for dialect in every_dialect() {
        let place = dialect.scheme.place().to_string();
        for kind in forgeries() {
            each(&dialect, kind, |_, _, forged| {
                let refused = verified(&dialect, &forged.postback);
                let as_owed = match kind {
                    FaultKind::TamperedBody | FaultKind::WrongSecret | FaultKind::WrongCanonicaliser => {
                        refused == Err(Refusal::Mismatch)
                    }
                    FaultKind::MissingSignature => refused == Err(Refusal::Missing { place: place.clone() }),
                    FaultKind::TruncatedSignature => {
                        matches!(&refused, Err(Refusal::Malformed { place: at, .. }) if *at == place)
                    }
                    FaultKind::StaleSignature => refused == Err(Refusal::TooOld { age: 300 + 3600, limit: 300 }),
                    _ => refused == Ok(()),
                };
                assert!(as_owed, "{kind:?} by {}: {refused:?}", dialect.scheme.describe());
            });
        }
    }
}

#[test]
fn what_a_scheme_cannot_have_is_not_offered_and_cannot_be_forged() {
    for (scheme, offered) in [
        ("s2s-json", [true, false]),
        ("github", [false, false]),
        ("shopify", [false, false]),
        ("stripe", [false, true]),
        ("slack", [false, true]),
        ("standard-webhooks", [false, true]),
    ] {
        let dialect = of_scheme(scheme);
        let (plan, ids, known_clicks) = (plan(), ids(), HashSet::new());
        let journey = Journeys::new(&plan, &ids, SEED, 0).journey(0);
        let forger = Forger { dialect: &dialect, ids: &ids, known_clicks: &known_clicks, seed: SEED };
        for (kind, offered) in [FaultKind::WrongCanonicaliser, FaultKind::StaleSignature].into_iter().zip(offered) {
            assert_eq!(Forger::why_not(&dialect, kind).is_none(), offered, "{kind:?} by {scheme}");
            let made = forger.forge(kind, &journey.player, &journey.events[0], now());
            assert_eq!(made.is_ok(), offered, "{kind:?} by {scheme}");
        }
    }
}

#[test]
fn a_forgery_that_is_rightly_signed_may_be_signed_anew_and_a_bad_one_never_is() {
    for dialect in every_dialect() {
        for kind in forgeries() {
            each(&dialect, kind, |_, _, forged| {
                let later = now() + SignedDuration::from_hours(2);
                let anew = dialect.for_attempt(&forged.postback, later);
                let good = verified(&dialect, &forged.postback).is_ok();
                assert_eq!(dialect.verify(&anew, later).is_ok(), good, "{kind:?} by {}", dialect.scheme.describe());
                assert_eq!((&anew.event_id, &anew.body), (&forged.postback.event_id, &forged.postback.body));
            });
        }
    }
}

#[test]
fn only_the_token_forgeries_touch_the_token() {
    for kind in forgeries() {
        let owed = match kind {
            FaultKind::StaleToken => TokenUse::Stale,
            FaultKind::MissingToken => TokenUse::Missing,
            _ => TokenUse::Fresh,
        };
        each(&plain(), kind, |_, _, forged| assert_eq!(forged.postback.token, owed, "{kind:?}"));
    }
}

#[test]
fn a_stale_token_ran_out_an_hour_ago_and_a_missing_one_is_none() {
    let dialect = plain();
    let exp = |wanted| {
        let token = dialect.token(wanted, now()).unwrap()?;
        let claims = URL_SAFE_NO_PAD.decode(token.expose().split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&claims).unwrap()["exp"].as_i64()
    };
    assert_eq!(exp(TokenUse::Fresh), Some(now().as_second() + 600));
    assert_eq!(exp(TokenUse::Stale), Some(now().as_second() - 3600));
    assert_eq!(exp(TokenUse::Missing), None);
}

#[test]
fn a_tampered_body_goes_under_the_signature_of_the_body_it_was() {
    for dialect in every_dialect() {
        each(&dialect, FaultKind::TamperedBody, |journey, event, forged| {
            let key = event.key.forged(FaultKind::TamperedBody.number());
            let body = written(&dialect, &journey.player, &Event { key, ..*event });
            let before = dialect.postback(&forged.sent.event_id, body, now()).unwrap();
            assert_eq!(verified(&dialect, &before), Ok(()));
            let signature = |postback: Postback| {
                let signed = Signed { headers: postback.headers, body: Some(postback.body) };
                tamper::signature_of(&signed, &dialect.scheme.place()).unwrap()
            };
            assert_eq!(signature(forged.postback), signature(before));
        });
    }
}

#[test]
fn a_wrong_secret_is_the_only_thing_wrong_about_its_postback() {
    for dialect in every_dialect() {
        each(&dialect, FaultKind::WrongSecret, |_, _, forged| {
            let delivered = Delivered { headers: &forged.postback.headers, body: &forged.postback.body, now: now() };
            let theirs = dialect.scheme.another_key(&Secret::new(SECRET));
            assert_eq!(dialect.scheme.verify(&theirs, &delivered), Ok(()));
        });
    }
}

#[test]
fn a_wrong_canonicaliser_signs_rightly_over_another_form() {
    for dialect in every_dialect() {
        let scheme = |canonical| sign::S2sJson::new(Settings { canonical, place: dialect.scheme.place() });
        each(&dialect, FaultKind::WrongCanonicaliser, |_, _, forged| {
            let delivered = Delivered { headers: &forged.postback.headers, body: &forged.postback.body, now: now() };
            let holds = |form: &Canonical| scheme(*form).verify(&dialect.secret, &delivered).is_ok();
            let under: Vec<Canonical> = Canonical::ALL.into_iter().filter(holds).collect();
            assert!(!under.is_empty() && !under.contains(&dialect.scheme.canonical().unwrap()), "{under:?}");
        });
    }
}

#[test]
fn an_unknown_click_looks_like_a_known_one() {
    let (plan, ids) = (plan(), ids());
    let journeys = Journeys::new(&plan, &ids, SEED, 0);
    let dialect = plain();
    for known in ["clk_k3f9q2xw_137_0_r7c", "550e8400-e29b-41d4-a716-446655440000", "EAIaIQobChMI", "cid-9", "2026é77"]
    {
        let known_clicks = HashSet::from([known.to_owned()]);
        let forger = Forger { dialect: &dialect, ids: &ids, known_clicks: &known_clicks, seed: SEED };
        let mut journey = journeys.journey(0);
        journey.player.click_id = Label::new(known);
        let made = forger.forge(FaultKind::UnknownClick, &journey.player, &journey.events[0], now()).unwrap();
        let click = made.sent.click_id;
        assert!(!known_clicks.contains(&click), "{click}");
        let class = |text: &str| -> String {
            text.chars()
                .map(|c| match c {
                    '0'..='9' => '9',
                    'a'..='z' => 'a',
                    'A'..='Z' => 'A',
                    other => other,
                })
                .collect()
        };
        // Where the id itself has too few bits, digits are added.
        assert!(class(&click).starts_with(&class(known)), "{click}");
        assert!(click.len() == known.len() || click.len() >= 17, "{click}");
    }
}

#[test]
fn a_counter_s_unknown_click_is_a_number_that_it_has_not_reached() {
    let (plan, ids) = (plan(), ids());
    let journeys = Journeys::new(&plan, &ids, SEED, 0);
    let dialect = plain();
    let forge = |known_clicks: &HashSet<String>, click: &str| {
        let forger = Forger { dialect: &dialect, ids: &ids, known_clicks, seed: SEED };
        let mut journey = journeys.journey(0);
        journey.player.click_id = Label::new(click);
        forger
            .forge(FaultKind::UnknownClick, &journey.player, &journey.events[0], now())
            .map(|forged| forged.sent.click_id)
    };
    let digits: HashSet<String> = ('1'..='9').map(String::from).collect();
    for counter in ["5", "000"] {
        let click = forge(&digits, counter).unwrap();
        assert!(click.len() >= 19, "a number that no counter has reached: {click}");
    }
}

#[test]
fn what_would_come_out_valid_is_no_forgery() {
    let (plan, ids) = (plan(), ids());
    let journey = Journeys::new(&plan, &ids, SEED, 0);
    let journey = journey.journey(0);
    let event = |kind| journey.events.iter().find(|event| event.key.kind == kind).unwrap();
    let forge = |dialect: &Dialect, kind, event: &Event<'_>| {
        let known_clicks = HashSet::new();
        Forger { dialect, ids: &ids, known_clicks: &known_clicks, seed: SEED }
            .forge(kind, &journey.player, event, now())
            .map(drop)
    };
    let deposit = event(EventKind::Deposit);
    let opaque = dialect(Canonical::Jcs, header(), Some(Bearer::Opaque(Secret::new("opaque"))));
    let bare = dialect(Canonical::Jcs, header(), None);
    assert!(forge(&plain(), FaultKind::StaleToken, deposit).is_ok());
    assert!(matches!(forge(&opaque, FaultKind::StaleToken, deposit), Err(NotForged::CameOutValid)));
    assert!(forge(&opaque, FaultKind::MissingToken, deposit).is_ok());
    for kind in [FaultKind::StaleToken, FaultKind::MissingToken] {
        assert!(matches!(forge(&bare, kind, deposit), Err(NotForged::CameOutValid)));
    }
    assert!(forge(&plain(), FaultKind::OtherAmount, deposit).is_ok());
    for kind in [EventKind::Registration, EventKind::KycApproved] {
        assert!(matches!(forge(&plain(), FaultKind::OtherAmount, event(kind)), Err(NotForged::CameOutValid)));
    }
}
