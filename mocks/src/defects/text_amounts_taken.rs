//! Amounts that are text are parsed.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "text-amounts-taken",
    about: "\"1,000\" is read with its commas left out: what meant 1.00 in Berlin is booked as 100",
    plant: |rules| rules.reading.number = Check::Skipped,
};
