//! Ranking: each thing is given to one cause, and the causes are put in the order of what they explain.
//!
//! The cover is greedy. Of the causes that explain something still open, a proof goes before a pattern, what deviates from a model goes
//! last, then the one that explains most goes first, then the one that stands first in [`CAUSES`]; what it explains is closed, and the
//! others look again at the rest. In the end they are sorted by how much each explains.

use std::cmp::Reverse;
use std::thread;

use super::claims::Claims;
use super::evidence::{Evidence, Terms};
use super::explanation::{Explanation, Found, Subject};
use super::{CAUSES, Cause};
use crate::attribution::{Logs, Method, Pairing, Sighting};

/// What explains that two logs do not agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The causes, those that explain most first.
    pub explanations: Vec<Explanation>,
    /// What none of them explains.
    pub open: Open,
    claims: Claims,
    named: Vec<&'static str>,
}

/// What no cause explains. Cookies that browsers lose without any error are among the S2S-only ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Conversions that the cookie side alone saw.
    pub cookie_only: u64,
    /// Conversions that the S2S side alone saw.
    pub s2s_only: u64,
    /// S2S messages that were credited to no click and belong to no cookie-only conversion.
    pub unattributed: u64,
    /// Conversions that were counted again.
    pub doubled: u64,
}

impl Diagnosis {
    /// Looks for every cause.
    pub fn of(logs: &Logs, pairing: &Pairing, terms: Terms<'_>) -> Self {
        let mut evidence = Evidence::new(logs, pairing, terms);
        let mut causes: Vec<&'static dyn Cause> = CAUSES.to_vec();
        let mut diagnosis = Self::default();
        while let Some((at, found)) = best(&causes, &evidence) {
            let cause = causes.remove(at);
            diagnosis.named.push(cause.id());
            let number = u8::try_from(diagnosis.named.len()).unwrap_or(u8::MAX);
            for subject in &found.subjects {
                evidence.claims.give(*subject, number);
            }
            diagnosis.explanations.push(explanation(cause, found, &evidence));
        }
        diagnosis.explanations.sort_by_key(|explanation| Reverse(explanation.subjects.len()));
        diagnosis.open = Open::of(&evidence);
        evidence.claims.settle(pairing, &evidence.messages);
        diagnosis.claims = evidence.claims;
        diagnosis
    }

    /// The likely cause of one thing; `None` where there is none, or no such thing.
    pub fn cause_of(&self, subject: Subject) -> Option<&'static str> {
        let number = self.claims.number(subject)?.checked_sub(1)?;
        self.named.get(usize::from(number)).copied()
    }

    /// The likely cause of a row of a log, by its place among that method's sightings; of a message that was credited to no click that of
    /// its conversion, of a repetition that of being repeated. `None` for conversions that both saw.
    pub fn cause(&self, method: Method, place: u32) -> Option<&'static str> {
        self.cause_of(Subject::alone(method, place))
    }

    /// Every conversion that one method alone saw, with its likely cause: first the cookie-only ones, then the S2S-only ones, in the
    /// order of the pairing. The number is the place among that method's sightings.
    pub fn causes<'a>(
        &'a self,
        pairing: &'a Pairing,
    ) -> impl Iterator<Item = (Method, u32, Option<&'static str>)> + use<'a> {
        let cookie = pairing.cookie_only.iter().map(|place| (Method::Cookie, *place));
        let s2s = pairing.s2s_only.iter().map(|place| (Method::S2s, *place));
        cookie.chain(s2s).map(|(method, place)| (method, place, self.cause(method, place)))
    }
}

impl Open {
    fn of(evidence: &Evidence<'_>) -> Self {
        let pairing = evidence.pairing;
        let count = |places: &[u32], subject: fn(u32) -> Subject| {
            places.iter().filter(|place| evidence.is_open(subject(**place))).count() as u64
        };
        let doubled = (0_u32..).zip(&pairing.doubled).filter(|(place, _)| evidence.is_open(Subject::Doubled(*place)));
        Self {
            cookie_only: count(&pairing.cookie_only, Subject::CookieOnly),
            s2s_only: count(&pairing.s2s_only, Subject::S2sOnly),
            unattributed: evidence.strays().count() as u64,
            doubled: doubled.count() as u64,
        }
    }
}

/// The cause that goes first, and what it explains of what is open. Each cause looks at all of the logs by itself, so every other one
/// does so on a second thread.
fn best(causes: &[&'static dyn Cause], evidence: &Evidence<'_>) -> Option<(usize, Found)> {
    let every_other = |first: usize| {
        let of = causes.iter().enumerate().skip(first).step_by(2);
        of.filter_map(|(at, cause)| Some((at, open_part(cause.explain(evidence)?, evidence)?))).collect::<Vec<_>>()
    };
    let (even, odd) = thread::scope(|scope| {
        let odd = scope.spawn(|| every_other(1));
        (every_other(0), odd.join().expect("looking for causes does not panic"))
    });
    even.into_iter().chain(odd).max_by_key(|(at, found)| {
        let is_residual = causes.get(*at).is_some_and(|cause| cause.is_residual());
        (found.strength, !is_residual, found.subjects.len(), Reverse(*at))
    })
}

/// What is still open of what a cause explains; `None` where nothing is.
fn open_part(mut found: Found, evidence: &Evidence<'_>) -> Option<Found> {
    found.subjects.retain(|subject| evidence.is_open(*subject));
    found.subjects.sort_unstable();
    found.subjects.dedup();
    (!found.subjects.is_empty()).then_some(found)
}

fn explanation(cause: &dyn Cause, found: Found, evidence: &Evidence<'_>) -> Explanation {
    Explanation {
        cause: cause.id(),
        about: cause.about(),
        advice: cause.advice(),
        strength: found.strength,
        ids: ids(&found.subjects, evidence),
        evidence: found.evidence,
        subjects: found.subjects,
    }
}

/// Ids to look at, evenly from the first to the last.
fn ids(subjects: &[Subject], evidence: &Evidence<'_>) -> Vec<String> {
    let shown = subjects.len().min(Explanation::MOST_IDS);
    let spread = (0..shown).filter_map(|n| subjects.get(n * subjects.len() / shown.max(1)));
    spread.filter_map(|subject| id(*subject, evidence)).collect()
}

/// What somebody finds it by in the operator's books or in the log.
fn id(subject: Subject, evidence: &Evidence<'_>) -> Option<String> {
    let (method, sighting) = seen(subject, evidence)?;
    let ids = [sighting.transaction, sighting.click, sighting.account];
    let text = ids.into_iter().find_map(|id| evidence.text(method, id));
    Some(text.map_or_else(|| format!("{} row {}", method.name(), sighting.row), tamed))
}

fn seen<'a>(subject: Subject, evidence: &Evidence<'a>) -> Option<(Method, &'a Sighting)> {
    let (method, place) = match subject {
        Subject::CookieOnly(place) => (Method::Cookie, place),
        Subject::S2sOnly(place) | Subject::Unattributed(place) => (Method::S2s, place),
        Subject::Doubled(place) => {
            let doubled = evidence.pairing.doubled.get(place as usize)?;
            (doubled.method, doubled.again)
        }
        Subject::Pair(place) => (Method::S2s, evidence.pairing.both.get(place as usize)?.s2s),
    };
    Some((method, evidence.logs.side(method).sighting(place)?))
}

/// Characters of an id that are shown. The longest ids of networks have some forty.
const LONGEST_ID: usize = 80;

fn tamed(id: &str) -> String {
    id.chars().take(LONGEST_ID).map(|c| if c.is_control() { '·' } else { c }).collect()
}
