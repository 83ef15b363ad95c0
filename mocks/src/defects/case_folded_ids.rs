//! Event ids that differ in case only are taken for one.

use super::Defect;
use crate::tracker::rules::Keys;

pub(super) const DEFECT: Defect = Defect {
    name: "case-folded-ids",
    about: "ids that differ in case only are one event: the second player's deposit is never paid for",
    plant: |rules| rules.keys = Keys::CaseFolded,
};
