//! Postbacks that come long after their deposit: a queue that stands, a daily batch, a sender that waits for approval. One is enough to be
//! named, since one is enough to fail by the direction rule.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::attribution::diagnosis::concentration::ratio;
use crate::attribution::diagnosis::evidence::Couple;
use crate::attribution::diagnosis::phrase::{counted, median, span};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};
use crate::attribution::{Dimension, Method, NameId, Sighting};
use crate::stats::Count;

/// The cause.
pub(super) struct S2sLate;

/// Where less than this share comes late, what is still missing at the end is not put down to lateness.
const HABIT: f64 = 0.1;

impl Cause for S2sLate {
    fn id(&self) -> &'static str {
        "s2s-late"
    }

    fn about(&self) -> &'static str {
        "postbacks come after their window"
    }

    fn advice(&self) -> &'static str {
        "look for what the sender waits for (queue, batch, approval) and fire at the deposit; a longer grace only hides it"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let grace = evidence.terms.grace;
        let mut brands: BTreeMap<Option<NameId>, Count> = BTreeMap::new();
        let (mut subjects, mut delays): (Vec<Subject>, Vec<SignedDuration>) = (Vec::new(), Vec::new());
        for couple in evidence.couples() {
            let Some(delay) = delay(&couple) else { continue };
            brands.entry(brand(couple.cookie)).or_default().add(delay > grace);
            if delay > grace {
                subjects.extend(couple.subjects());
                delays.push(delay);
            }
        }
        let (late, longest) = (delays.len(), delays.iter().max().copied()?);
        let middle = median(delays)?;
        let habit = |sighting: &Sighting| brands.get(&brand(sighting)).is_some_and(|count| ratio(*count) >= HABIT);
        let due = evidence.end().and_then(|end| end.checked_sub(middle.checked_add(middle / 2)?).ok());
        let still_due = still_due(evidence, due, habit);
        let strays = evidence.strays().filter(|(_, stray)| {
            habit(stray) && stray.received.is_some_and(|received| received.duration_since(stray.at) > grace)
        });
        let strays: Vec<_> = strays.map(|(subject, _)| subject).collect();
        let came = match late + strays.len() {
            1 => format!("1 postback came {} after the deposit, and the grace is {}", span(longest), span(grace)),
            late => format!(
                "{} came later than {} after the deposit, half of them later than {} and the last after {}",
                counted(late, "postback"),
                span(grace),
                span(middle),
                span(longest)
            ),
        };
        let sentence = match still_due.len() {
            0 => format!("{came}."),
            due => format!("{came}; {due} of the last hours may still come."),
        };
        subjects.extend(strays.into_iter().chain(still_due));
        Found::proof(subjects, sentence)
    }
}

/// How long after the deposit the message came. Of two instants the later one is taken, so that a zone is not mistaken for a delay.
fn delay(couple: &Couple<'_>) -> Option<SignedDuration> {
    Some(couple.s2s.received?.duration_since(couple.s2s.at.max(couple.cookie.at)))
}

/// Conversions so near the end that a postback with the usual delay, and half of it more, would not be here yet.
fn still_due(evidence: &Evidence<'_>, since: Option<Timestamp>, habit: impl Fn(&Sighting) -> bool) -> Vec<Subject> {
    let alone = evidence.population(Method::Cookie).filter(|member| member.missing);
    let due = alone.filter(|member| evidence.messages.of(member.place).is_none() && habit(member.sighting));
    let recent = due.filter(|member| since.is_some_and(|since| member.sighting.at >= since));
    recent.map(|member| Subject::CookieOnly(member.place)).collect()
}

fn brand(sighting: &Sighting) -> Option<NameId> {
    sighting.traits.get(Dimension::Brand)
}
