//! `schema.empty-field`: each required member as an empty text, of every event.

use super::UNSOUND;
use crate::contract::{Card, Case, Scene};

pub(super) struct EmptyField;

impl Case for EmptyField {
    fn card(&self) -> Card {
        Card { id: "schema.empty-field", rule: "seed 003 §4 (required fields)", expected: "400 or 422, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.spoilt_members(|_, _| vec![("with an empty text for", Some("\"\"".to_owned()))], UNSOUND);
    }
}
