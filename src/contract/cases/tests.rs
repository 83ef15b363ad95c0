//! Tests of plans that are rightly signed throughout: whatever a target finds wrong with them, it is not the signature.

use jiff::Timestamp;

use crate::contract::{Plan, Stage, Terms, Tokens, all, planned};
use crate::model::{Ids, Secret};
use crate::profile::{Dialect, Postback, S2sJson, Sample, TokenUse};
use crate::scenario;
use crate::sign::{Canonical, Place, SCHEMES, Settings};

/// The run tag of these plans.
pub(super) const TAG: &str = "k3f9q2xw";

/// Families whose postbacks are bad in other things than their signature, if in anything.
const RIGHTLY_SIGNED: [&str; 6] = ["accept", "idempotency", "attribution", "ftd", "refund", "volume"];

/// What is agreed on by an empty scenario with this text in `[contract]`.
fn terms(contract: &str) -> Terms {
    let text = format!("[contract]\n{contract}");
    let scenario = scenario::check(&scenario::read("test", &text).expect("TOML"), "test", &text).expect("a scenario");
    Terms {
        contract: scenario.contract,
        ftd_minimum: scenario.ftd_minimum,
        clicks: true,
        tokens: Tokens::None,
        tls: false,
        read_back: true,
    }
}

/// The plans of the cases whose ids begin so.
pub(super) fn plans(family: &str) -> Vec<(&'static str, Plan)> {
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

fn dialects() -> Vec<Dialect> {
    let places = [Place::Header("X-Signature".into()), Place::Member("signature".into())];
    let forms = Canonical::ALL.into_iter().flat_map(|canonical| places.clone().map(|place| (canonical, place)));
    let settings = forms.map(|(canonical, place)| Settings { canonical, place });
    let all = settings.flat_map(|settings| SCHEMES.iter().map(move |scheme| (scheme.build)(settings.clone())));
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
