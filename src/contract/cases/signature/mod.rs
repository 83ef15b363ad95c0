//! `signature.*`: postbacks that are right but for their signature, which have to be refused.

mod missing;
mod tampered_amount;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&missing::Missing, &tampered_amount::TamperedAmount];

/// The statuses that tell a sender that its signature is wrong (seed 003 §14.2 has 403).
const UNSIGNED: &[u16] = &[401, 403];
