//! `schema.null-field`: each required member as `null`, of every event.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct NullField;

impl Case for NullField {
    fn card(&self) -> Card {
        Card { id: "schema.null-field", rule: "seed 003 §4 (required fields)", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_members(|_, _| vec![("with null for", Some("null".to_owned()))], UNSOUND);
    }
}
