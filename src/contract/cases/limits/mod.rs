//! `limits.*`: how fast postbacks may come, and from where.

mod burst;
mod forwarded_for;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&burst::Burst, &forwarded_for::ForwardedFor];
