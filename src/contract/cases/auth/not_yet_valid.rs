//! `auth.not-yet-valid`: one that is issued, and may be used, an hour from now.

use crate::contract::{Card, Case, Expiry, OddToken, Scene, Terms, Unfit};

pub(super) struct NotYetValid;

/// In seconds; no two clocks are that far apart.
const HOUR: i64 = 3600;

impl Case for NotYetValid {
    fn card(&self) -> Card {
        Card { id: "auth.not-yet-valid", rule: "RFC 7519 §4.1.5, §4.1.6", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let premature =
            OddToken { issued: HOUR, not_before: Some(HOUR), expiry: Expiry::In(HOUR + 600), ..OddToken::default() };
        super::refused_with(scene, premature);
    }
}
