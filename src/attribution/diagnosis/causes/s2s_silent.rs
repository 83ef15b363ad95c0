//! Postbacks that stop: from an instant on none comes in, as when a key was changed, an address blocked or a sender switched off.

use crate::attribution::diagnosis::missing::unheard;
use crate::attribution::diagnosis::phrase::{counted, instant};
use crate::attribution::diagnosis::silence::{End, Silence};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct S2sSilent;

/// A sender that works misses no more than this share.
pub(super) const WORST_SENDER: f64 = 0.05;

impl Cause for S2sSilent {
    fn id(&self) -> &'static str {
        "s2s-silent"
    }

    fn about(&self) -> &'static str {
        "no postback comes in any more"
    }

    fn advice(&self) -> &'static str {
        "look for refusals in the tracker's log from that instant on: signature, token, expired key, IP list; and whether the sender runs"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let silence = Silence::find(unheard(evidence), End::Last, WORST_SENDER)?;
        let sentence = if silence.is_whole() {
            format!("No postback came in of any of {}.", counted(silence.total, "conversion"))
        } else {
            format!(
                "Of the {} since {} none has a postback; before that {} had one.",
                counted(silence.places.len(), "conversion"),
                instant(silence.first),
                evidence.pairing.both.len()
            )
        };
        Found::pattern(silence.places.into_iter().map(Subject::CookieOnly).collect(), sentence)
    }
}
