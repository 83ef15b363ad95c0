//! The cookie set for the wrong domain: the page with the pixel does not get it. It shows as a brand, or a path over another subdomain,
//! of which the cookie side sees nothing; or as nothing at all from an instant on, when a subdomain was changed.

use crate::attribution::diagnosis::concentration::Concentration;
use crate::attribution::diagnosis::missing::unseen_by;
use crate::attribution::diagnosis::phrase::{counted, instant, share};
use crate::attribution::diagnosis::silence::{End, Silence};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};
use crate::attribution::{Dimension, Method, NameId};

use super::pixel_page::{WORST_AUDIENCE, has_no_pixel};

/// The cause.
pub(super) struct CookieDomain;

/// A wrong domain loses all; a few may be credited by something else.
const MISSING: f64 = 0.9;

/// So many times the share of the others has to be missing.
const TIMES: f64 = 1.5;

impl Cause for CookieDomain {
    fn id(&self) -> &'static str {
        "cookie-domain"
    }

    fn about(&self) -> &'static str {
        "the cookie does not reach the page with the pixel: wrong domain, path or attributes"
    }

    fn advice(&self) -> &'static str {
        "set the cookie for the domain that landing page and deposit page share, and look at the request of the pixel in a browser there"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let found = [groups(evidence, Dimension::Brand), groups(evidence, Dimension::Path), since(evidence)];
        found
            .into_iter()
            .flatten()
            .reduce(|most, next| if next.subjects.len() > most.subjects.len() { next } else { most })
    }
}

/// Brands or paths of which the cookie side sees nothing.
fn groups(evidence: &Evidence<'_>, dimension: Dimension) -> Option<Found> {
    let mut found: Concentration<NameId> = unseen_by(evidence, dimension).at_least(MISSING);
    if dimension == Dimension::Brand {
        found.groups.retain(|group| !has_no_pixel(evidence, group.key));
    }
    if !found.stands_out(TIMES) {
        return None;
    }
    let seen = evidence.population(Method::S2s);
    let lost = seen.filter(|member| member.missing && found.has(member.sighting.traits.get(dimension)));
    let lost: Vec<_> = lost.map(|member| Subject::S2sOnly(member.place)).collect();
    let names = evidence.listed(found.groups.iter().map(|group| (group.key, group.count.bad)).collect());
    let sentence = format!(
        "{} conversions of {} {names} were not seen by cookie, of all others {}.",
        share(found.sum()),
        dimension.name(),
        share(found.rest)
    );
    Found::pattern(lost, sentence)
}

/// Nothing from an instant on, or nothing at all though pixels come in.
fn since(evidence: &Evidence<'_>) -> Option<Found> {
    let silence = Silence::find(evidence.population(Method::S2s), End::Last, WORST_AUDIENCE)?;
    let (pixels, _) = evidence.pixels(None);
    if silence.is_whole() && pixels == 0 {
        return None;
    }
    let sentence = if silence.is_whole() {
        format!(
            "Of {} none was seen by cookie, though {} came in without one.",
            counted(silence.total, "conversion"),
            counted(usize::try_from(pixels).unwrap_or(usize::MAX), "pixel")
        )
    } else {
        format!(
            "Of the {} since {} none was seen by cookie; before that {} were.",
            counted(silence.places.len(), "conversion"),
            instant(silence.first),
            evidence.pairing.both.len()
        )
    };
    Found::pattern(silence.places.into_iter().map(Subject::S2sOnly).collect(), sentence)
}
