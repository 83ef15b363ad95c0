//! `auth.malformed`: what stands behind `Bearer` is no token at all.

use super::UNAUTHORISED;
use crate::contract::{Card, Case, Pass, Scene, Terms, Unfit};

pub(super) struct Malformed;

/// No tokens, with what is wrong with them.
const TEXTS: [(&str, &str); 4] = [
    ("with a token of one word", "not-a-token"),
    // {"alg":"HS256","typ":"JWT"} and {"iat":1}
    ("with a token of two parts", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjF9"),
    ("with a token that is no base64", "*.*.*"),
    ("with a token of empty parts", ".."),
];

impl Case for Malformed {
    fn card(&self) -> Card {
        Card { id: "auth.malformed", rule: "seed 003 §5; RFC 6750 §3.1", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        for (note, text) in TEXTS {
            let deposit = scene.deposit(&player);
            scene.refused(deposit.pass(Pass::Text(text.to_owned())).noted(note), UNAUTHORISED);
        }
    }
}
