//! Postbacks missing of some hours: the sender or the tracker was down, and nothing was fired again.

use crate::attribution::diagnosis::missing::{hour, unheard, unheard_by_hour};
use crate::attribution::diagnosis::outage::Outage;
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct S2sOutage;

/// In an hour with an outage at least this share is missing: less may have many reasons.
const MISSING: f64 = 0.3;

impl Cause for S2sOutage {
    fn id(&self) -> &'static str {
        "s2s-outage"
    }

    fn about(&self) -> &'static str {
        "postbacks of some hours are missing"
    }

    fn advice(&self) -> &'static str {
        "look at both servers' logs of those hours, fire the missing postbacks again, and give the sender retries and a dead-letter queue"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let outage = Outage::find(&unheard_by_hour(evidence).at_least(MISSING))?;
        let missing = unheard(evidence).filter(|member| member.missing && outage.holds(hour(member.sighting)));
        let sentence = outage.sentence("have no postback");
        Found::pattern(missing.map(|member| Subject::CookieOnly(member.place)).collect(), sentence)
    }
}
