//! A body has to arrive within a second.

use super::Defect;
use crate::tracker::rules::Patience;

pub(super) const DEFECT: Defect = Defect {
    name: "slow-bodies-refused",
    about: "a body that takes more than a second is cut off with 408: a sender on a slow line never gets through",
    plant: |rules| rules.outside.patience = Patience::Short,
};
