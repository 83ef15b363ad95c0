//! Amounts pass through a float.

use super::Defect;
use crate::tracker::rules::Amounts;

pub(super) const DEFECT: Defect = Defect {
    name: "float-amounts",
    about: "amounts are kept in 32-bit floats: bills do not agree to the cent",
    plant: |rules| rules.amounts = Amounts::Binary32,
};
