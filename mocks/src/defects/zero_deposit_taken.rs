//! Deposits of nothing are booked.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "zero-deposit-taken",
    about: "a deposit of 0.00 is booked: deposits are counted that nobody paid in",
    plant: |rules| rules.reading.zero = Check::Skipped,
};
