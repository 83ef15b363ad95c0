//! `redirector.parameters-carried`: what an affiliate put into the link is not lost on the way to the landing page.

use crate::contract::{Card, Case, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct ParametersCarried;

/// What a landing page can be told of a click. Country, device and consent are the redirector's own to find out.
const TOLD: [&str; 8] =
    ["utm_source", "utm_campaign", "utm_content", "affiliate", "sub_id", "brand", "campaign", "creative"];

impl Case for ParametersCarried {
    fn card(&self) -> Card {
        Card {
            id: "redirector.parameters-carried",
            rule: "seed 003 §2; seed 000: the brand is told to the operator",
            expected: "the landing URL carries on what the link says of brand, affiliate or campaign, by whatever name",
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
        let landings = match trial.landings() {
            Ok(landings) => landings,
            Err(finding) => return finding,
        };
        for ((place, landing), (_, shot, _)) in landings.iter().zip(trial.shots()) {
            let carried: Vec<String> = landing.query_pairs().map(|(_, value)| value.into_owned()).collect();
            let given = shot.request.clicked().iter().filter(|(name, _)| TOLD.contains(name));
            let (there, lost): (Vec<_>, Vec<_>) = given.partition(|(_, value)| carried.contains(value));
            let names = |parameters: &[&(&'static str, String)]| {
                parameters.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
            };
            if there.is_empty() {
                return Finding::fail(format!("the landing URL carries none of {}", names(&lost)), vec![*place]);
            }
            if !lost.is_empty() {
                return Finding::pass(format!("carried: {}; kept by the redirector: {}", names(&there), names(&lost)));
            }
        }
        Finding::pass("everything is carried")
    }
}
