//! Amounts are read up to the point.

use super::Defect;
use crate::tracker::rules::Amounts;

pub(super) const DEFECT: Defect = Defect {
    name: "whole-amounts",
    about: "the decimals of amounts are cut off: every share of revenue is a little too small",
    plant: |rules| rules.amounts = Amounts::Whole,
};
