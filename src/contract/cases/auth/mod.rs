//! `auth.*`: postbacks that are right but for their bearer token, which have to be refused.

mod alg_none;
mod missing;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&missing::Missing, &alg_none::AlgNone];

/// The statuses that tell a sender that its token is wrong (RFC 6750 §3.1 has 401).
const UNAUTHORISED: &[u16] = &[401];
