//! `schema.form-encoded`: the same fields as a form. Signed as it stands, or as the JSON that it is not.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use url::form_urlencoded::Serializer;

use super::{Sealing, refused_unread};
use crate::contract::{Card, Case, Scene};

pub(super) struct FormEncoded;

impl Case for FormEncoded {
    fn card(&self) -> Card {
        Card { id: "schema.form-encoded", rule: "seed 003 §14.1; RFC 9110 §15.5.16", expected: "a 4xx, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for sealing in Sealing::BOTH {
            let deposit = scene.deposit(&player).content_type(Some("application/x-www-form-urlencoded"));
            let bytes = form(&deposit.body());
            refused_unread(scene, deposit, bytes, sealing);
        }
    }
}

/// The members of a document as a form, each number as it is spelled.
fn form(document: &[u8]) -> Vec<u8> {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(document).expect("bodies are objects");
    let mut form = Serializer::new(String::new());
    for (name, value) in members {
        let text = serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
        form.append_pair(&name, &text);
    }
    form.finish().into_bytes()
}
