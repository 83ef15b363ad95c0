//! `operator.once`: one registration and one deposit, and nothing else in the books of that click.

use super::{BRAND, credited, listed, money, need_operator};
use crate::contract::{Card, Case, Finding, Scene, Terms, Trial, Unfit, Visited};
use crate::model::{Credit, EventKind, Verdict, printable};

pub(super) struct Once;

impl Case for Once {
    fn card(&self) -> Card {
        Card {
            id: "operator.once",
            rule: "seed 003 §5, §6 (one event_id for one event)",
            expected: "each event is told under one id: one credit for each, and no other for that click",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        need_operator(terms)
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let paid = Some(money(4_999, "EUR"));
        scene.visit(BRAND, &[(EventKind::Registration, None), (EventKind::Deposit, paid)]);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        credited_alone(trial)
    }
}

/// The finding by what became of every event, and by what else was credited for the same clicks.
pub(super) fn credited_alone(trial: &Trial<'_>) -> Finding {
    let found = credited(trial);
    let others: Vec<String> = trial.visited.iter().flat_map(|visited| others(trial, visited)).collect();
    if found.verdict == Verdict::Inconclusive || others.is_empty() {
        return found;
    }
    Finding::fail(format!("credited besides, for the same click: {}", listed(&others)), Vec::new())
}

/// Credits of a visit's click that no event of the visit explains.
fn others(trial: &Trial<'_>, visited: &Visited) -> Vec<String> {
    let own = |credit: &&Credit| credit.click_id.as_deref() == Some(visited.click_id.as_str());
    let known = |credit: &&Credit| visited.deliveries.iter().any(|d| d.sent.event_id == credit.event_id);
    let shown = |credit: &Credit| {
        let event = credit.event.as_deref().map_or_else(|| "an event".to_owned(), printable);
        format!("{event} ({})", printable(&credit.event_id))
    };
    trial.credits.iter().filter(own).filter(|credit| !known(credit)).map(shown).collect()
}
