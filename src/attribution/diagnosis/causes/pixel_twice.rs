//! The pixel fired twice: a page that loads it again, or two tags of the same kind.

use crate::attribution::Method;
use crate::attribution::diagnosis::doubles::doubles;
use crate::attribution::diagnosis::{Cause, Evidence, Found};

/// The cause.
pub(super) struct PixelTwice;

/// Below this share it is players who load the page again.
const RELOADED: f64 = 0.005;

impl Cause for PixelTwice {
    fn id(&self) -> &'static str {
        "pixel-twice"
    }

    fn about(&self) -> &'static str {
        "the pixel fires twice"
    }

    fn advice(&self) -> &'static str {
        "fire the pixel once with the transaction's id, and let the tracker drop a second one of the same transaction"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        doubles(evidence, Method::Cookie, RELOADED)
    }
}
