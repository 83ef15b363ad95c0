//! Names of a dimension whose postbacks do not come in, where those of other names do.

use super::evidence::Evidence;
use super::explanation::{Found, Subject};
use super::missing::{unheard, unheard_by};
use super::phrase::share;
use crate::attribution::Dimension;

/// So many times the share of the others has to be missing. A sender that drops postbacks everywhere is not one group's affair.
pub(super) const TIMES: f64 = 4.0;

/// What is missing of such groups.
pub(super) fn unheard_groups(evidence: &Evidence<'_>, dimension: Dimension) -> Option<Found> {
    let found = unheard_by(evidence, dimension);
    if !found.stands_out(TIMES) {
        return None;
    }
    let missing = unheard(evidence).filter(|member| member.missing && found.has(member.sighting.traits.get(dimension)));
    let subjects = missing.map(|member| Subject::CookieOnly(member.place)).collect();
    let names = evidence.listed(found.groups.iter().map(|group| (group.key, group.count.bad)).collect());
    let sentence = format!(
        "{} conversions of {} {names} have no postback, of all others {}.",
        share(found.sum()),
        dimension.name(),
        share(found.rest)
    );
    Found::pattern(subjects, sentence)
}
