//! `redirector.no-pii`: what concerns the player alone does not go on in a URL, where every party on the way logs it.

use url::form_urlencoded;

use crate::contract::{Card, Case, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct NoPii;

/// A person who is none, and what of it would be found in a URL: a number may lose its plus.
const PERSON: [(&str, &str, &str); 3] = [
    ("email", "nobody.probe@player.example", "nobody.probe@player.example"),
    ("phone", "+12025550147", "12025550147"),
    ("name", "Nemo Probe-Nobody", "nemo probe-nobody"),
];

impl Case for NoPii {
    fn card(&self) -> Card {
        Card {
            id: "redirector.no-pii",
            rule: "seed 003 §9: no PII in URLs",
            expected: "email, phone and name of the link are not carried to the landing URL",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_clicks()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let person = PERSON.iter().map(|(name, value, _)| (*name, (*value).to_owned()));
        let link = scene.link().into_iter().chain(person).collect();
        scene.ask(Request::click(link), Owed::Judged);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let landings = match trial.landings() {
            Ok(landings) => landings,
            Err(finding) => return finding,
        };
        let carried: Vec<&str> = landings.iter().flat_map(|(_, landing)| personal(landing.as_str())).collect();
        if carried.is_empty() {
            return Finding::pass("none of them is carried");
        }
        Finding::fail(format!("the landing URL carries {}", carried.join(", ")), vec![0])
    }
}

/// The names of what a URL says of the person.
fn personal(url: &str) -> impl Iterator<Item = &'static str> {
    // The whole URL is read like a query, so that nothing stays encoded, wherever it stands.
    let plain: String = form_urlencoded::parse(url.as_bytes()).flat_map(|(name, value)| [name, value]).collect();
    let plain = plain.to_lowercase();
    PERSON.iter().filter(move |(_, _, found)| plain.contains(found)).map(|(name, _, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_wherever_it_stands() {
        let found = |url: &str| personal(url).collect::<Vec<_>>();
        assert_eq!(found("https://x.example/?click_id=1&brand_id=alpha"), [""; 0]);
        assert_eq!(found("https://x.example/?e=nobody.probe%40player.example"), ["email"]);
        assert_eq!(found("https://x.example/?phone=%2B12025550147&n=Nemo+Probe-Nobody"), ["phone", "name"]);
        assert_eq!(found("https://x.example/p/Nemo%20Probe-Nobody?a=1"), ["name"]);
        assert_eq!(found("https://x.example/#phone=12025550147"), ["phone"]);
    }
}
