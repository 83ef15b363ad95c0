//! Amounts pass through a float.

use super::Defect;
use crate::tracker::rules::Amounts;

pub(super) const DEFECT: Defect = Defect {
    name: "float-amounts",
    about: "amounts lose their cents in a 32-bit float",
    plant: |rules| rules.amounts = Amounts::Binary32,
};
