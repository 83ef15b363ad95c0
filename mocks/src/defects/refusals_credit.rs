//! A refusal is told, yet the credit is given.

use super::Defect;
use crate::tracker::rules::Refusals;

pub(super) const DEFECT: Defect = Defect {
    name: "refusals-credit",
    about: "refused postbacks that can be read are credited all the same",
    plant: |rules| rules.refusals = Refusals::Credited,
};
