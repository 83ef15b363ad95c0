//! `redirector.no-store`: the next click is a click of its own, and not a copy of this one out of a cache.

use crate::contract::{Card, Case, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct NoStore;

impl Case for NoStore {
    fn card(&self) -> Card {
        Card {
            id: "redirector.no-store",
            rule: "seed 003 §3: an id for each click; RFC 9111 §5.2.2.5",
            expected: "Cache-Control: no-store on the redirect",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let link = scene.link();
        scene.ask(Request::click(link), Owed::Judged);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        if let Err(finding) = trial.landings() {
            return finding;
        }
        let reply = trial.heard.first().and_then(|heard| heard.last()?.reply.as_ref());
        let headers = reply.map(|reply| reply.headers.as_slice()).unwrap_or_default();
        let said: Vec<&str> =
            headers.iter().filter(|(name, _)| name == "cache-control").map(|(_, value)| value.as_str()).collect();
        if said.iter().flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case("no-store")) {
            return Finding::pass("no-store");
        }
        let observed = if said.is_empty() {
            "the redirect has no Cache-Control".to_owned()
        } else {
            format!("the redirect has Cache-Control: {}", said.join(", "))
        };
        Finding::fail(observed, vec![0])
    }
}
