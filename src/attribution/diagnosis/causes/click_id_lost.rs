//! The click id lost on the way between pages: it is on the landing page's address and not carried on, so that the session of whoever
//! walks that way has none (seed 000 has it as the commonest error).

use std::collections::BTreeMap;

use crate::attribution::diagnosis::concentration::Concentration;
use crate::attribution::diagnosis::evidence::Couple;
use crate::attribution::diagnosis::missing::{unheard, unheard_by};
use crate::attribution::diagnosis::phrase::share;
use crate::attribution::diagnosis::unheard_groups::TIMES;
use crate::attribution::diagnosis::{Cause, Evidence, Found, Strength, Subject};
use crate::attribution::{Dimension, Method, NameId, Sighting};
use crate::stats::Count;

/// The cause.
pub(super) struct ClickIdLost;

/// What pages and templates write where there is nothing.
const NOTHING: [&str; 8] = ["null", "undefined", "none", "nil", "nan", "n/a", "0", "-"];

impl Cause for ClickIdLost {
    fn id(&self) -> &'static str {
        "click-id-lost"
    }

    fn about(&self) -> &'static str {
        "the click id is lost on the way between pages"
    }

    fn advice(&self) -> &'static str {
        "keep the click id in the server's session when the player lands, or carry it on in every link, form and redirect of that path"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let empty = empty(evidence);
        let mut paths: BTreeMap<Option<NameId>, u64> = BTreeMap::new();
        for (_, sighting) in &empty {
            *paths.entry(path(sighting)).or_default() += 1;
        }
        let absent = unheard_by(evidence, Dimension::Path);
        let absent = if absent.stands_out(TIMES) { Some(absent) } else { None };
        let mut subjects: Vec<Subject> = empty.iter().flat_map(|(couple, _)| couple.subjects()).collect();
        if !empty.is_empty() {
            // A player may come without any click: such a message is evidence only beside others that had one.
            let strays = evidence.strays().filter(|(_, stray)| is_empty(evidence, stray));
            let on_path = strays.filter(|(_, stray)| path(stray).is_none() || paths.contains_key(&path(stray)));
            subjects.extend(on_path.map(|(subject, _)| subject));
        }
        if let Some(absent) = &absent {
            let missing = unheard(evidence).filter(|member| member.missing && absent.has(path(member.sighting)));
            subjects.extend(missing.map(|member| Subject::CookieOnly(member.place)));
        }
        let strength = if empty.is_empty() { Strength::Pattern } else { Strength::Proof };
        let sentence =
            if empty.is_empty() { absent_ones(evidence, &absent?) } else { empty_ones(evidence, &empty, &paths) };
        Some(Found { strength, subjects, evidence: sentence })
    }
}

/// Conversions that have a click by cookie and a message without any click by S2S. Of those that are paired by other ids it shows only
/// where the S2S side tells click ids at all.
fn empty<'a>(evidence: &Evidence<'a>) -> Vec<(Couple<'a>, &'a Sighting)> {
    let tells = evidence.logs.s2s.sightings.iter().any(|sighting| !is_empty(evidence, sighting));
    let couples = evidence.couples().filter(|couple| {
        evidence.text(Method::Cookie, couple.cookie.click).is_some() && is_empty(evidence, couple.s2s)
    });
    let told = couples.filter(|couple| tells || matches!(couple.subject, Subject::CookieOnly(_)));
    told.map(|couple| (couple, couple.cookie)).collect()
}

fn is_empty(evidence: &Evidence<'_>, message: &Sighting) -> bool {
    let text = evidence.text(Method::S2s, message.click);
    text.is_none_or(|text| NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(text)))
}

fn empty_ones(
    evidence: &Evidence<'_>,
    empty: &[(Couple<'_>, &Sighting)],
    paths: &BTreeMap<Option<NameId>, u64>,
) -> String {
    let named: Vec<_> = paths.iter().filter_map(|(path, count)| Some(((*path)?, *count))).collect();
    let mut on_paths = Count::default();
    let mut elsewhere = 0_u64;
    for member in evidence.population(Method::Cookie) {
        if paths.contains_key(&path(member.sighting)) {
            on_paths.total += 1;
        } else {
            elsewhere += 1;
        }
    }
    on_paths.bad = empty.len() as u64;
    let ways = if named.is_empty() { "any path".to_owned() } else { format!("the path {}", evidence.listed(named)) };
    let others = if elsewhere == 0 { String::new() } else { format!(", and none of {elsewhere} by another") };
    format!(
        "{} conversions by {ways} have a click by cookie and a postback without a click id{others}.",
        share(on_paths)
    )
}

fn absent_ones(evidence: &Evidence<'_>, absent: &Concentration<NameId>) -> String {
    let names = evidence.listed(absent.groups.iter().map(|group| (group.key, group.count.bad)).collect());
    format!(
        "{} conversions by the path {names} have no postback, of all others {}.",
        share(absent.sum()),
        share(absent.rest)
    )
}

fn path(sighting: &Sighting) -> Option<NameId> {
    sighting.traits.get(Dimension::Path)
}
