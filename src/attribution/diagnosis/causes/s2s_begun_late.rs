//! Postbacks that begin late: up to an instant none came in, as when they were set up after the first conversions.

use crate::attribution::diagnosis::missing::unheard;
use crate::attribution::diagnosis::phrase::{counted, instant};
use crate::attribution::diagnosis::silence::{End, Silence};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

use super::s2s_silent::WORST_SENDER;

/// The cause.
pub(super) struct S2sBegunLate;

impl Cause for S2sBegunLate {
    fn id(&self) -> &'static str {
        "s2s-begun-late"
    }

    fn about(&self) -> &'static str {
        "postbacks were set up after the first conversions"
    }

    fn advice(&self) -> &'static str {
        "leave out what was made before, or have those postbacks fired again; then compare 48 hours in which both methods ran"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let silence =
            Silence::find(unheard(evidence), End::First, WORST_SENDER).filter(|silence| !silence.is_whole())?;
        let sentence = format!(
            "Of the first {}, up to {}, none has a postback; after that they come in.",
            counted(silence.places.len(), "conversion"),
            instant(silence.last)
        );
        Found::pattern(silence.places.into_iter().map(Subject::CookieOnly).collect(), sentence)
    }
}
