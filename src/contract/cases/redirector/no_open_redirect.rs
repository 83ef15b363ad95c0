//! `redirector.no-open-redirect`: a link does not say where it leads.

use crate::contract::landing::Lead;
use crate::contract::{Card, Case, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct NoOpenRedirect;

/// Names under which redirectors take the place to go to.
const NAMES: [&str; 16] = [
    "url",
    "u",
    "next",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "return",
    "return_url",
    "to",
    "target",
    "dest",
    "destination",
    "goto",
    "landing",
    "lp",
    "r",
];
/// A host that nobody has (RFC 2606).
const ELSEWHERE: &str = "evil.example";

impl Case for NoOpenRedirect {
    fn card(&self) -> Card {
        Card {
            id: "redirector.no-open-redirect",
            rule: "seed 003 §2: the redirect leads to the operator; CWE-601",
            expected: "no parameter of the link leads to another host",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let link = scene.link();
        for place in [format!("https://{ELSEWHERE}/"), format!("//{ELSEWHERE}/")] {
            let with = |name| [link.clone(), vec![(name, place.clone())]].concat();
            scene.ask_all(NAMES.into_iter().map(|name| Request::click(with(name))).collect(), Owed::Judged);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let leads: Vec<(usize, Lead)> = trial.leads().collect();
        let astray: Vec<usize> = leads
            .iter()
            .filter(|(_, lead)| matches!(lead, Lead::On(url) if url.host_str() == Some(ELSEWHERE)))
            .map(|(place, _)| *place)
            .collect();
        if let Some(first) = astray.first() {
            let shot = trial.plan.shots().nth(*first);
            let asked =
                shot.and_then(|shot| shot.request.clicked().last()).map(|(name, value)| format!("{name}={value}"));
            let observed = format!("a link with {} leads to {ELSEWHERE}", asked.unwrap_or_default());
            return Finding::fail(observed, astray);
        }
        let told = leads.iter().filter(|(_, lead)| !matches!(lead, Lead::Untold(_))).count();
        if told < trial.plan.shots().count() {
            return Finding::inconclusive(format!(
                "only {told} of {} clicks were answered",
                trial.plan.shots().count()
            ));
        }
        Finding::pass(format!("{told} links, and none leads elsewhere"))
    }
}
