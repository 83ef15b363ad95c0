//! Amounts below nothing are booked.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "negative-amounts-taken",
    about: "a deposit of less than nothing is booked: a typing error takes an affiliate's commission away",
    plant: |rules| rules.reading.negative = Check::Skipped,
};
