//! What partners are given is what runs send: schemas against journeys, and examples against the verifier.

use jiff::Timestamp;
use postproof::journey::Journeys;
use postproof::model::{EventKind, Ids, Secret};
use postproof::profile::{PROFILES, Payload, payload_schema};
use postproof::sign::{self, Delivered, Settings};
use serde_json::{Value, json};

use crate::harness::checked;

/// When the journeys begin.
const START: i64 = 1_761_059_551;

fn validator(kind: EventKind) -> jsonschema::Validator {
    let schema = payload_schema(PROFILES[0], kind).expect("a signed example");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// Every body of 60 journeys of seed 7, by kind.
fn bodies() -> Vec<(EventKind, Vec<u8>)> {
    let text = "journeys = { players = 60, funnel = { repeat = \"50%\", reversal = \"60%\", chargeback = \"50%\" } }";
    let plan = checked(text).journeys;
    let ids = Ids::new("k3f9q2xw".parse().expect("a tag"));
    let journeys = Journeys::new(&plan, &ids, 7, START);
    let mut bodies = Vec::new();
    for journey in (0..journeys.count()).map(|index| journeys.journey(index)) {
        for event in &journey.events {
            let mut body = Vec::new();
            PROFILES[0].write_body(&ids, &journey.player, event, &mut body);
            bodies.push((event.key.kind, body));
        }
    }
    bodies
}

#[test]
fn schemas_accept_what_runs_send_and_nothing_that_lacks_an_owed_member() {
    let bodies = bodies();
    for kind in EventKind::ALL {
        let (schema, validator) = (payload_schema(PROFILES[0], kind).unwrap(), validator(kind));
        let own: Vec<&Vec<u8>> = bodies.iter().filter(|(of, _)| *of == kind).map(|(_, body)| body).collect();
        assert!(own.len() >= 5, "{kind:?}: {}", own.len());
        for body in own {
            let value: Value = serde_json::from_slice(body).unwrap();
            assert!(validator.is_valid(&value), "{value}");
            let order: Vec<Value> = Payload::read(body).unwrap().holding("").map(Value::from).collect();
            assert_eq!(schema["x-canonical-order"], Value::from(order), "each event carries all its members, in order");
            for name in schema["required"].as_array().unwrap() {
                let mut less = value.clone();
                less.as_object_mut().unwrap().remove(name.as_str().unwrap());
                assert!(!validator.is_valid(&less), "{kind:?} without {name}");
            }
        }
    }
}

#[test]
fn schemas_refuse_the_usual_mistakes() {
    let validator = validator(EventKind::Deposit);
    let good: Value =
        serde_json::from_slice(&bodies().iter().find(|(kind, _)| *kind == EventKind::Deposit).unwrap().1).unwrap();
    for (name, bad) in [
        ("amount", json!("100.00")),
        ("amount", json!(-1)),
        ("currency", json!("usd")),
        ("is_ftd", json!("true")),
        ("ts_event", json!("2025-10-21 15:12:31")),
        ("ts_event", json!("2025-10-21T15:12:31+02:00")),
        ("event", json!("refund")),
        ("event_id", json!("")),
        ("click_id", json!(7)),
    ] {
        let mut wrong = good.clone();
        wrong[name] = bad;
        assert!(!validator.is_valid(&wrong), "{name}: {wrong}");
    }
    let mut surplus = good;
    surplus["promo_code"] = json!("SPRING");
    assert!(validator.is_valid(&surplus), "further members are allowed");
}

#[test]
fn examples_are_of_their_schema_and_signed_as_they_say() {
    for profile in PROFILES {
        for kind in EventKind::ALL {
            let schema = payload_schema(*profile, kind).unwrap();
            let example = &schema["x-signed-example"];
            let body = example["body"].as_str().unwrap();
            assert!(validator(kind).is_valid(&serde_json::from_str(body).unwrap()), "{body}");
            let headers: Vec<(String, String)> = example["headers"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            let signer = (sign::find(profile.scheme()).unwrap().build)(Settings::default());
            let key = Secret::new(example["key"].as_str().unwrap());
            let verify = |body: &str| {
                let now = Timestamp::from_second(START).unwrap();
                signer.verify(&key, &Delivered { headers: &headers, body: body.as_bytes(), now })
            };
            assert_eq!(verify(body), Ok(()));
            assert!(verify(&body.replace("example", "another")).is_err());
        }
    }
}
