//! `redirector.one-redirect`: a click is one step from the landing page.

use crate::contract::landing::Lead;
use crate::contract::{Card, Case, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct OneRedirect;

impl Case for OneRedirect {
    fn card(&self) -> Card {
        Card {
            id: "redirector.one-redirect",
            rule: "seed 003 §2",
            expected: "a redirect with one Location, which is the landing page's with the click id, and not the click URL again",
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
        let (Some((place, lead)), Some(clicks)) = (trial.leads().next(), &trial.terms.clicks) else {
            return Finding::inconclusive("it was cut short before everything was sent");
        };
        let landing = match lead {
            Lead::On(landing) => landing,
            Lead::Astray(what) => return Finding::fail(format!("a click leads nowhere: {what}"), vec![place]),
            Lead::Untold(what) => return Finding::inconclusive(format!("the click was {what}")),
        };
        if landing.origin() == clicks.url.origin() && landing.path() == clicks.url.path() {
            return Finding::fail("a click leads to the click URL again", vec![place]);
        }
        if trial.click_id(&landing).is_none() {
            let names = clicks.parameters.join(" or ");
            return Finding::fail(format!("the landing URL has no parameter {names} with a click id"), vec![place]);
        }
        Finding::pass("one redirect, to a URL with a click id")
    }
}
