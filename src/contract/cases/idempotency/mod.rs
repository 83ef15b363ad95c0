//! `idempotency.*`: what comes again is the same event, and what only looks alike is another.

mod different_body;
mod same_again;
mod twenty_at_once;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] =
    &[&same_again::SameAgain, &twenty_at_once::TwentyAtOnce, &different_body::DifferentBody];
