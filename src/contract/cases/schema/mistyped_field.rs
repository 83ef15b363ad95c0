//! `schema.mistyped-field`: each required member as another type of JSON than its own, of every event.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene, Spoilt};
use crate::profile::Form;

pub(super) struct MistypedField;

impl Case for MistypedField {
    fn card(&self) -> Card {
        Card { id: "schema.mistyped-field", rule: "seed 003 §4", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_members(
            |form, own| vec![other_type(form), ("with an array for", Some(format!("[{own}]")))],
            UNSOUND,
        );
    }
}

/// A value of another type that a careless reader might make something of.
fn other_type(form: Form) -> Spoilt {
    match form {
        Form::Amount | Form::Instant => ("with true for", Some("true".to_owned())),
        // The number of the US dollar in ISO 4217.
        Form::Currency => ("with a number for", Some("840".to_owned())),
        Form::Event | Form::Id | Form::Text | Form::Flag => ("with a number for", Some("12345".to_owned())),
    }
}
