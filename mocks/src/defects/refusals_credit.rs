//! A refusal is told, yet the credit is given.

use super::Defect;
use crate::tracker::rules::Refusals;

pub(super) const DEFECT: Defect = Defect {
    name: "refusals-credit",
    about: "what is refused is credited all the same: the operator sees an error and the affiliate is paid",
    plant: |rules| rules.refusals = Refusals::Credited,
};
