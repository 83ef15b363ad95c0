//! Postbacks that are fired for some brands and not for others, or not for all of a brand's conversions.

use crate::attribution::Dimension;
use crate::attribution::diagnosis::unheard_groups::unheard_groups;
use crate::attribution::diagnosis::{Cause, Evidence, Found};

/// The cause.
pub(super) struct S2sBrand;

impl Cause for S2sBrand {
    fn id(&self) -> &'static str {
        "s2s-brand"
    }

    fn about(&self) -> &'static str {
        "postbacks are not fired for every brand"
    }

    fn advice(&self) -> &'static str {
        "set the postback up for each brand, with its own URL or with the brand's id, and fire a test conversion on each"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        unheard_groups(evidence, Dimension::Brand)
    }
}
