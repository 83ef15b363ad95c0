//! `volume.*`: many genuine postbacks.

mod two_hundred;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&two_hundred::TwoHundred];
