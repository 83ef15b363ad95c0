//! `attribution.*`: the click that a postback names, and the order in which a player's events arrive.

mod unknown_click;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&unknown_click::UnknownClick];

/// The statuses that tell a sender that the target cannot attribute a postback.
const UNATTRIBUTED: &[u16] = &[400, 404, 422];
