//! `redirector.unique-ids`: no two clicks have one id.

use std::collections::HashMap;

use super::thousand;
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};

pub(super) struct UniqueIds;

impl Case for UniqueIds {
    fn card(&self) -> Card {
        Card {
            id: "redirector.unique-ids",
            rule: "seed 003 §3: click_id is the attribution key",
            expected: "1,000 clicks have 1,000 ids",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        thousand(scene);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let (ids, missing) = trial.click_ids();
        let mut first: HashMap<&str, usize> = HashMap::new();
        let twice: Vec<usize> = ids.iter().filter_map(|(place, id)| first.insert(id, *place).map(|_| *place)).collect();
        if !twice.is_empty() {
            return Finding::fail(format!("{} of {} clicks have the id of another", twice.len(), ids.len()), twice);
        }
        missing.unwrap_or_else(|| Finding::pass(format!("{} ids, all different", ids.len())))
    }
}
