//! One side tells its instants in another zone: they lie a whole number of quarter hours apart, all the same number.

use std::collections::HashMap;

use jiff::SignedDuration;

use crate::attribution::Method;
use crate::attribution::diagnosis::lag::{quarters, shift};
use crate::attribution::diagnosis::phrase::{counted, span};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct TimeZone;

impl Cause for TimeZone {
    fn id(&self) -> &'static str {
        "time-zone"
    }

    fn about(&self) -> &'static str {
        "one side tells its instants in another time zone"
    }

    fn advice(&self) -> &'static str {
        "let both sides tell instants in UTC or with their offset; until then name the log's zone, or days are compared with other days"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let shift = shift(evidence)?;
        let seconds = shift.seconds();
        let torn = torn(evidence, shift.quarters);
        let sentence = format!(
            "{} lie {} {} by S2S than by cookie, to the minute, of {} that do not agree in time and {} that both sides tell of.",
            counted(shift.subjects.len(), "conversion"),
            span(SignedDuration::from_secs(seconds)),
            if seconds > 0 { "later" } else { "earlier" },
            shift.apart,
            shift.total
        );
        let mut subjects = shift.subjects;
        subjects.extend(torn);
        Found::proof(subjects, sentence)
    }
}

/// Conversions without ids that the shift put on two days, so that each side has one alone: same amount, and as far apart as the rest.
fn torn(evidence: &Evidence<'_>, shifted: i64) -> Vec<Subject> {
    let mut cookie: HashMap<_, Vec<(i64, u32)>> = HashMap::new();
    for member in evidence.population(Method::Cookie).filter(|member| member.missing) {
        if let Some(money) = member.sighting.money {
            cookie.entry(money).or_default().push((member.sighting.at.as_second(), member.place));
        }
    }
    let mut torn = Vec::new();
    for member in evidence.population(Method::S2s).filter(|member| member.missing) {
        let Some(same) = member.sighting.money.and_then(|money| cookie.get_mut(&money)) else { continue };
        let at = member.sighting.at.as_second();
        let twin = same.iter().position(|(second, _)| quarters(at.saturating_sub(*second)) == Some(shifted));
        if let Some((_, place)) = twin.map(|twin| same.swap_remove(twin)) {
            torn.extend([Subject::CookieOnly(place), Subject::S2sOnly(member.place)]);
        }
    }
    torn
}
