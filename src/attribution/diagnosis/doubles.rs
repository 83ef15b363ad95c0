//! Conversions that one method counted again.

use super::concentration::ratio;
use super::evidence::Evidence;
use super::explanation::{Found, Subject};
use super::phrase::{counted, median, share, span};
use crate::attribution::Method;
use crate::stats::Count;

/// What a method counted again, where it is at least this share of what it saw. Nobody fires the same twice by chance.
pub(super) fn doubles(evidence: &Evidence<'_>, method: Method, least: f64) -> Option<Found> {
    let side = evidence.logs.side(method);
    let doubled = (0_u32..).zip(&evidence.pairing.doubled).filter(|(_, doubled)| doubled.method == method);
    let (mut subjects, mut gaps) = (Vec::new(), Vec::new());
    for (place, doubled) in doubled.filter(|(place, _)| evidence.is_open(Subject::Doubled(*place))) {
        subjects.push(Subject::Doubled(place));
        if let (Some(first), Some(again)) = (side.sighting(doubled.first), side.sighting(doubled.again)) {
            gaps.push(again.at.duration_since(first.at).abs());
        }
    }
    let count = Count { bad: subjects.len() as u64, total: side.sightings.len() as u64 };
    if ratio(count) < least {
        return None;
    }
    let gap = median(gaps).map_or_else(String::new, |gap| format!(", half of them within {}", span(gap)));
    let what = match method {
        Method::Cookie => "pixel",
        Method::S2s => "postback",
    };
    let sentence = format!(
        "{} told a conversion again that another had told: {} of that side's log{gap}.",
        counted(subjects.len(), what),
        share(count)
    );
    Found::proof(subjects, sentence)
}
