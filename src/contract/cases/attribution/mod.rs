//! `attribution.*`: the click that a postback names, and the order in which a player's events arrive.

mod deposit_first;
mod foreign_brand;
mod malformed_click;
mod near_click;
mod overlong_click;
mod unknown_click;

use crate::contract::{Case, Draft, Scene};
use crate::scenario::Policy;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &unknown_click::UnknownClick,
    &malformed_click::MalformedClick,
    &near_click::NearClick,
    &overlong_click::OverlongClick,
    &foreign_brand::ForeignBrand,
    &deposit_first::DepositFirst,
];

/// The statuses that tell a sender that the target cannot attribute a postback.
const UNATTRIBUTED: &[u16] = &[400, 404, 422];

/// Sends a postback whose click id is none: refused like one of an unknown click, and open where those may be taken.
fn unattributable(scene: &mut Scene<'_>, draft: Draft) {
    match scene.terms.contract.policies.unknown_click {
        Policy::Refuse => scene.refused(draft, UNATTRIBUTED),
        Policy::Open | Policy::Accept => scene.open(draft),
    };
}
