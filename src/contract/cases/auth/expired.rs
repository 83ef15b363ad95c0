//! `auth.expired`: one that ran out an hour before the agreed leeway at least.

use super::run_out;
use crate::contract::{Card, Case, Scene, Terms, Unfit};

pub(super) struct Expired;

/// How long it has run out beyond the leeway, in seconds.
const HOUR: i64 = 3600;

impl Case for Expired {
    fn card(&self) -> Card {
        Card { id: "auth.expired", rule: "seed 003 §5; RFC 7519 §4.1.4", expected: "401, no credit" }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_minted_tokens()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let leeway = i64::try_from(scene.terms.contract.leeway.as_secs()).unwrap_or(i64::MAX);
        let age = leeway.saturating_add(HOUR);
        super::refused_with(scene, run_out(age));
    }
}
