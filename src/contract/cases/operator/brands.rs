//! `operator.brands`: players of two brands.

use super::{BRAND, credited, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};
use crate::model::EventKind;

pub(super) struct Brands;

/// Another brand than most players have.
const OTHER: &str = "beta";

impl Case for Brands {
    fn card(&self) -> Card {
        Card {
            id: "operator.brands",
            rule: "seed 003 §3, §4 (brand_id)",
            expected: "the tracker credits the events of both brands once, each with its own brand",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for brand in [BRAND, OTHER] {
            scene.visit(brand, &[(EventKind::Registration, None)]);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited(trial)
    }
}
