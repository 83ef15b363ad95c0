//! Conversions that one method did not see, put before `concentration` in the way that suits the method.

use super::concentration::{Case, Concentration, Kind};
use super::evidence::{Evidence, Member};
use super::explanation::Subject;
use crate::attribution::{Dimension, Method, NameId, Sighting};

/// Seconds of an hour.
pub(super) const HOUR: i64 = 3600;

/// Conversions that the cookie side saw, without those whose message came in at the S2S side all the same: what is missing of these
/// was never sent, or was refused. None at all where none is missing.
pub(super) fn unheard<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = Member<'a>> {
    let all = any_unheard(evidence).then(|| evidence.population(Method::Cookie));
    all.into_iter().flatten().filter(|member| !member.missing || evidence.messages.of(member.place).is_none())
}

/// Whether any of them is missing. Three million that both saw need not be looked at one by one.
fn any_unheard(evidence: &Evidence<'_>) -> bool {
    let open = |place: &u32| evidence.is_open(Subject::CookieOnly(*place)) && evidence.messages.of(*place).is_none();
    evidence.pairing.cookie_only.iter().any(open)
}

/// Conversions that the cookie side saw, by a dimension, and where the S2S side misses more of them than elsewhere.
pub(super) fn unheard_by(evidence: &Evidence<'_>, dimension: Dimension) -> Concentration<NameId> {
    Concentration::of(unheard(evidence).map(|member| case(member, member.sighting.traits.get(dimension), ANY)))
}

/// Conversions that the S2S side saw, by a dimension, and where the cookie side misses more of them than elsewhere.
pub(super) fn unseen_by(evidence: &Evidence<'_>, dimension: Dimension) -> Concentration<NameId> {
    let seen = evidence.population(Method::S2s);
    Concentration::of(seen.map(|member| case(member, member.sighting.traits.get(dimension), kind(member.sighting))))
}

/// By the hour (UTC, counted from 1970), where the S2S side misses more than in the others.
pub(super) fn unheard_by_hour(evidence: &Evidence<'_>) -> Concentration<i64> {
    Concentration::of(unheard(evidence).map(|member| case(member, Some(hour(member.sighting)), ANY)))
}

/// By the hour, where the cookie side misses more than in the others.
pub(super) fn unseen_by_hour(evidence: &Evidence<'_>) -> Concentration<i64> {
    let seen = evidence.population(Method::S2s);
    Concentration::of(seen.map(|member| case(member, Some(hour(member.sighting)), kind(member.sighting))))
}

/// The hour of a deposit.
pub(super) fn hour(sighting: &Sighting) -> i64 {
    sighting.at.as_second().div_euclid(HOUR)
}

/// Postbacks do not hang on the player's browser.
const ANY: Kind = (None, None);

fn kind(sighting: &Sighting) -> Kind {
    (sighting.traits.get(Dimension::Browser), sighting.traits.get(Dimension::Device))
}

fn case<K>(member: Member<'_>, key: Option<K>, kind: Kind) -> Case<K> {
    (kind, key, member.missing)
}
