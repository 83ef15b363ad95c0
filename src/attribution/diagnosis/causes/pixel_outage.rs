//! Cookie conversions missing of some hours: the pixel's server was down, or a release broke the page.

use crate::attribution::Method;
use crate::attribution::diagnosis::missing::{hour, unseen_by_hour};
use crate::attribution::diagnosis::outage::Outage;
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct PixelOutage;

/// In an hour with an outage at least this share is missing: browsers alone lose up to some 40 % (domain.md §5).
const MISSING: f64 = 0.75;

impl Cause for PixelOutage {
    fn id(&self) -> &'static str {
        "pixel-outage"
    }

    fn about(&self) -> &'static str {
        "pixels of some hours are missing"
    }

    fn advice(&self) -> &'static str {
        "look at the pixel's server and at what was released in those hours, and leave them out of the comparison"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let outage = Outage::find(&unseen_by_hour(evidence).at_least(MISSING))?;
        let lost =
            evidence.population(Method::S2s).filter(|member| member.missing && outage.holds(hour(member.sighting)));
        let sentence = outage.sentence("were not seen by cookie");
        Found::pattern(lost.map(|member| Subject::S2sOnly(member.place)).collect(), sentence)
    }
}
