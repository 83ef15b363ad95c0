//! `redirector.unguessable-ids`: who has seen click ids does not know others, and cannot claim other affiliates' players.

use super::thousand;
use crate::contract::guessing::guessable;
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit};

pub(super) struct UnguessableIds;

impl Case for UnguessableIds {
    fn card(&self) -> Card {
        Card {
            id: "redirector.unguessable-ids",
            rule: "seed 003 §3, §13.6",
            expected: "1,000 click ids are neither counted nor told from the clock, and long enough not to be hit upon",
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
        if let Some(missing) = missing {
            return missing;
        }
        let texts: Vec<&str> = ids.iter().map(|(_, id)| id.as_str()).collect();
        match guessable(&texts) {
            Some(why) => Finding::fail(format!("click ids can be guessed: {why}"), vec![0]),
            None => Finding::pass(format!("{} ids show no order", ids.len())),
        }
    }
}
