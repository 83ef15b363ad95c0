//! Postbacks that are fired for some affiliates and not for others: each network has an endpoint of its own.

use crate::attribution::Dimension;
use crate::attribution::diagnosis::unheard_groups::unheard_groups;
use crate::attribution::diagnosis::{Cause, Evidence, Found};

/// The cause.
pub(super) struct S2sAffiliate;

impl Cause for S2sAffiliate {
    fn id(&self) -> &'static str {
        "s2s-affiliate"
    }

    fn about(&self) -> &'static str {
        "postbacks are not fired for every affiliate"
    }

    fn advice(&self) -> &'static str {
        "check the postback URL and the parameter names of that affiliate's network; each network has its own"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        unheard_groups(evidence, Dimension::Affiliate)
    }
}
