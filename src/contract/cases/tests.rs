//! Tests of plans that are rightly signed throughout: whatever a target finds wrong with them, it is not the signature.

use std::time::Duration;

use jiff::Timestamp;

use crate::contract::{
    Claims, Clicks, Finding, Heard, Owed, Plan, Shown, Stage, Terms, Tokens, Trial, Tried, all, planned,
};
use crate::model::{Ids, Outcome, Purpose, Secret};
use crate::oracle::Standing;
use crate::profile::{Dialect, Postback, Profile as _, S2sJson, Sample, TokenUse};
use crate::scenario;
use crate::sign::{Canonical, Entry, Place, SCHEMES, Settings};

/// The run tag of these plans.
pub(super) const TAG: &str = "k3f9q2xw";

/// An answer that calls an event new.
pub(in crate::contract) const NEW: Outcome = Outcome::Ok { repeat: Some(false) };
/// An answer that calls it a repeat.
pub(in crate::contract) const KNOWN: Outcome = Outcome::Ok { repeat: Some(true) };

/// Families whose postbacks are bad in other things than their signature, if in anything.
const RIGHTLY_SIGNED: [&str; 6] = ["accept", "idempotency", "attribution", "ftd", "refund", "volume"];

/// What is agreed on by an empty scenario with this text in `[contract]`.
pub(in crate::contract) fn terms(contract: &str) -> Terms {
    let text = format!("[contract]\n{contract}");
    let scenario = scenario::check(&scenario::read("test", &text).expect("TOML"), "test", &text).expect("a scenario");
    Terms {
        contract: scenario.contract,
        ftd_minimum: scenario.ftd_minimum,
        clicks: Some(Clicks::at("https://tracker.example/click", scenario.click.parameters)),
        tokens: Tokens::None,
        claims: Claims::default(),
        canonical: Some(Canonical::Jcs),
        window: None,
        place: Place::Header("X-Signature".to_owned()),
        tls: false,
        read_back: true,
        shown: Shown::default(),
        operator: None,
    }
}

/// The plans of the cases whose ids begin so.
pub(in crate::contract) fn plans(family: &str) -> Vec<(&'static str, Plan)> {
    let terms = terms("fallback_window = \"60s\"\n");
    let sample = Sample::new(Ids::new(TAG.parse().expect("a tag")));
    let stage = Stage { terms: &terms, profile: &S2sJson, sample: &sample, start: 1_761_059_551 };
    let of_family = all().filter(|(_, case)| case.card().id.starts_with(&format!("{family}.")));
    let planned = of_family.map(|(number, case)| {
        let id = case.card().id;
        assert_eq!(case.fits(&terms), Ok(()), "{id}");
        (id, planned(stage, number, case, &[]).0)
    });
    planned.collect()
}

/// What a case's judge finds in these answers to all that is not ground, where the books are as they should be.
pub(in crate::contract) fn finding(id: &str, answers: &[Outcome]) -> Finding {
    let terms = terms("");
    let (_, case) = all().find(|(_, case)| case.card().id == id).expect("a case");
    let (_, plan) =
        plans(id.split_once('.').expect("a family").0).into_iter().find(|(name, _)| *name == id).expect("it");
    let mut answers = answers.iter().copied();
    let heard: Vec<Heard> = plan
        .shots()
        .map(|shot| {
            let ground = shot.owed == Owed::Ground;
            let outcome = if ground { NEW } else { answers.next().expect("an answer for every shot") };
            Heard(vec![Tried { outcome, took: Duration::ZERO, reply: None, said: String::new(), leaks: Vec::new() }])
        })
        .collect();
    assert_eq!(answers.next(), None, "{id} sends less");
    let genuine = |purpose| if purpose == Purpose::Genuine { Standing::Ok } else { Standing::Harmless };
    let standings: Vec<Standing> = plan.deliveries.iter().map(|planned| genuine(planned.purpose)).collect();
    case.judge(&Trial {
        case: case.card().id,
        terms: &terms,
        plan: &plan,
        heard: &heard,
        standings: &standings,
        visited: &[],
        credits: &[],
        tells_ftd: true,
        suite: &[],
    })
}

fn dialects() -> Vec<Dialect> {
    let places = [Place::Header("X-Signature".into()), Place::Member("signature".into())];
    let forms = Canonical::ALL.into_iter().flat_map(|canonical| places.clone().map(|place| (canonical, place)));
    let settings = forms.map(|(canonical, place)| Settings { canonical, place });
    // Only the default scheme leaves anything to choose.
    let (chosen, fixed): (Vec<&Entry>, Vec<&Entry>) =
        SCHEMES.iter().partition(|scheme| scheme.name == S2sJson.scheme());
    let chosen = settings.flat_map(|settings| chosen.iter().map(move |scheme| (scheme.build)(settings.clone())));
    let all = chosen.chain(fixed.iter().map(|scheme| (scheme.build)(Settings::default())));
    let dialect = |scheme| Dialect {
        profile: &S2sJson,
        scheme,
        // Base64 behind its prefix, as one scheme wants it; the others take any bytes.
        secret: Secret::new("whsec_YS1zZWNyZXQtb2YtMjQtYnl0ZXMtbG9uZw=="),
        bearer: None,
    };
    all.map(dialect).collect()
}

#[test]
fn every_postback_is_rightly_signed_under_every_scheme() {
    let now = Timestamp::from_second(1_761_060_000).expect("an instant");
    for dialect in dialects() {
        for (id, plan) in RIGHTLY_SIGNED.into_iter().flat_map(plans) {
            assert!(!plan.steps.is_empty(), "{id} sends nothing");
            for shot in plan.shots() {
                let wire = shot.request.wire(&dialect, now).expect("it can be sent");
                let postback = Postback {
                    event_id: shot.request.event_id.clone(),
                    headers: wire.headers,
                    body: wire.body,
                    token: TokenUse::Missing,
                    renewed: false,
                };
                let body = String::from_utf8_lossy(&postback.body).into_owned();
                assert_eq!(dialect.verify(&postback, now), Ok(()), "{id}, {}: {body}", dialect.scheme.describe());
            }
        }
    }
}

#[test]
fn plans_are_the_same_each_time() {
    for family in RIGHTLY_SIGNED {
        assert_eq!(format!("{:?}", plans(family)), format!("{:?}", plans(family)), "{family}");
    }
}
