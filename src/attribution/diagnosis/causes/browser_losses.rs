//! A browser that loses more cookies than its kind is expected to: a page that breaks in it, or a setting that only it respects.

use std::collections::BTreeMap;

use crate::attribution::diagnosis::evidence::ExpectedLoss;
use crate::attribution::diagnosis::phrase::share;
use crate::attribution::diagnosis::{CERTAINTY, Cause, Evidence, Found, Subject};
use crate::attribution::{Dimension, Method, NameId, Sighting};
use crate::stats::{ALPHA, Count, holm_levels, p_broken, real};

/// The cause.
pub(super) struct BrowserLosses;

/// What a modelled audience may be off by, besides its standard error: a tenth of all conversions. Its shares are assumptions.
const MARGIN: f64 = 0.1;

/// Standard errors that are granted.
const ERRORS: f64 = 3.0;

impl Cause for BrowserLosses {
    fn id(&self) -> &'static str {
        "browser-losses"
    }

    fn about(&self) -> &'static str {
        "one browser loses more cookies than it should"
    }

    fn advice(&self) -> &'static str {
        "walk from the click to the deposit in that browser with its tools open, and see where the cookie is refused or dropped"
    }

    fn is_residual(&self) -> bool {
        true
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let seen = counts(evidence);
        let expected = |name: NameId| evidence.terms.losses.iter().find(|loss| loss.browser == evidence.name(name));
        let known: Vec<_> = seen.iter().filter_map(|(name, count)| Some((*name, *count, expected(*name)?))).collect();
        let chances: Vec<_> = known.iter().map(|(_, count, loss)| p_broken(*count, allowed(loss))).collect();
        let levels = holm_levels(&chances, CERTAINTY);
        let mut beyond = known.iter().zip(chances.iter().zip(&levels)).filter(|(_, (chance, level))| chance <= level);
        let ((name, count, loss), _) = beyond.next()?;
        // Where several do, it is not the browser.
        if beyond.next().is_some() || others_lose_too(&known, *name) {
            return None;
        }
        let unseen = evidence.population(Method::S2s).filter(|member| member.missing);
        let unseen = unseen.filter(|member| browser(member.sighting) == Some(*name));
        let sentence = format!(
            "{} conversions in {} were not seen by cookie, where {:.1} % are expected; no other browser is beyond its share.",
            share(*count),
            evidence.listed(vec![(*name, count.bad)]),
            loss.share * 100.0
        );
        Found::pattern(unseen.map(|member| Subject::S2sOnly(member.place)).collect(), sentence)
    }
}

/// Whether the other browsers, each too rare to tell by itself, are beyond their shares together.
fn others_lose_too(known: &[(NameId, Count, &ExpectedLoss)], but: NameId) -> bool {
    let (mut all, mut granted) = (Count::default(), 0.0);
    for (_, count, loss) in known.iter().filter(|(name, ..)| *name != but) {
        all += *count;
        granted += real(count.total) * allowed(loss);
    }
    all.total > 0 && p_broken(all, (granted / real(all.total)).min(1.0)) <= ALPHA
}

/// What a browser may lose before it is said to lose too much.
fn allowed(loss: &ExpectedLoss) -> f64 {
    (loss.share + ERRORS * loss.error + MARGIN).clamp(0.0, 1.0)
}

/// What of each browser the cookie side did not see. Nothing where nothing is expected to compare it with.
fn counts(evidence: &Evidence<'_>) -> BTreeMap<NameId, Count> {
    let mut counts: BTreeMap<NameId, Count> = BTreeMap::new();
    if evidence.terms.losses.is_empty() {
        return counts;
    }
    for member in evidence.population(Method::S2s) {
        if let Some(browser) = browser(member.sighting) {
            counts.entry(browser).or_default().add(member.missing);
        }
    }
    counts
}

fn browser(sighting: &Sighting) -> Option<NameId> {
    sighting.traits.get(Dimension::Browser)
}
