//! The postback counted twice: a retry after a timeout that the tracker took for another conversion (seed 000).

use crate::attribution::Method;
use crate::attribution::diagnosis::doubles::doubles;
use crate::attribution::diagnosis::{Cause, Evidence, Found};

/// The cause.
pub(super) struct PostbackTwice;

impl Cause for PostbackTwice {
    fn id(&self) -> &'static str {
        "postback-twice"
    }

    fn about(&self) -> &'static str {
        "a postback that came again was counted again"
    }

    fn advice(&self) -> &'static str {
        "let the tracker drop a second postback of the same transaction before it is processed; retries are meant to happen"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        doubles(evidence, Method::S2s, 0.0)
    }
}
