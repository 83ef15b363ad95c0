//! `schema.missing-field`: each required member left out, of every event.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};
use crate::profile::Form;

pub(super) struct MissingField;

impl Case for MissingField {
    fn card(&self) -> Card {
        Card { id: "schema.missing-field", rule: "seed 003 §4 (required fields)", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        // Amount and currency have cases of their own.
        let ways = |form, _: &str| match form {
            Form::Amount | Form::Currency => Vec::new(),
            _ => vec![("without", None)],
        };
        scene.spoilt_members(ways, UNSOUND);
    }
}
