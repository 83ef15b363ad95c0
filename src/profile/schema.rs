//! What a partner is given of a dialect: the JSON Schema of each event's payload, the canonical order of its members,
//! and one signed example with the key that it is signed by.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Form, Member, Profile, Sample};
use crate::model::{EventKind, Ids, Secret};
use crate::sign::{self, Message, Settings, SignError};

/// The key of examples; it protects nothing.
const EXAMPLE_KEY: &str = "postback-test-secret";

/// The tag in the examples' ids.
const EXAMPLE_TAG: &str = "example";

/// When the examples happened: the deposit of seed 003 §14.1.
const EXAMPLE_SECOND: i64 = 1_761_059_551;

/// The JSON Schema (draft 2020-12) of an event's payload. Keywords that begin with `x-` are no part of the standard;
/// validators pass over them. Further members are allowed, as a tracker lists them and goes on.
///
/// # Errors
/// When the example cannot be signed by the profile's scheme.
pub fn payload_schema(profile: &dyn Profile, kind: EventKind) -> Result<Value, SignError> {
    let members: Vec<&Member> = profile.members().iter().filter(|member| member.stands_in(kind)).collect();
    let names =
        |required: bool| members.iter().filter(move |member| member.required || !required).map(|member| member.name);
    let properties: serde_json::Map<String, Value> =
        members.iter().map(|member| (member.name.to_owned(), property(member, kind))).collect();
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{} of {}", kind.name(), profile.name()),
        "type": "object",
        "properties": properties,
        "required": names(true).collect::<Vec<_>>(),
        "additionalProperties": true,
        "x-canonical-order": names(false).collect::<Vec<_>>(),
        "x-signed-example": example(profile, kind)?,
    }))
}

fn property(member: &Member, kind: EventKind) -> Value {
    let mut schema = match member.form {
        Form::Event => json!({"const": kind.name()}),
        Form::Id => json!({"type": "string", "pattern": "^[ -~]{1,255}$"}),
        Form::Text => json!({"type": "string"}),
        Form::Amount => json!({"type": "number", "exclusiveMinimum": 0, "maximum": 999_999_999_999.99}),
        Form::Currency => json!({"type": "string", "pattern": "^[A-Z]{3}$"}),
        Form::Instant => {
            json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$"})
        }
        Form::Flag => json!({"type": "boolean"}),
    };
    schema["description"] = member.about.into();
    schema
}

fn example(profile: &dyn Profile, kind: EventKind) -> Result<Value, SignError> {
    let sample = Sample::new(Ids::new(EXAMPLE_TAG.parse().expect("it is a tag")));
    let body = sample.body(profile, kind, &sample.player(), EXAMPLE_SECOND);
    let entry = sign::find(profile.scheme()).expect("every profile names a scheme of the registry");
    let scheme = (entry.build)(Settings::default());
    let id = sample.event_id(kind);
    let at = Timestamp::from_second(EXAMPLE_SECOND).expect("it lies within the calendar");
    let message = Message { body: &body, id: &id, at };
    let signed = scheme.sign(&Secret::new(EXAMPLE_KEY), &message)?;
    let headers: serde_json::Map<String, Value> =
        signed.headers.into_iter().map(|(name, value)| (name, value.into())).collect();
    Ok(json!({
        "rule": scheme.describe(),
        "key": EXAMPLE_KEY,
        "signed_bytes": String::from_utf8_lossy(&scheme.signed_bytes(&message)?),
        "headers": headers,
        "body": String::from_utf8_lossy(signed.body.as_deref().unwrap_or(&body)),
    }))
}
