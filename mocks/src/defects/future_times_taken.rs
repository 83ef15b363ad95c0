//! Events that have not come yet are booked.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "future-times-taken",
    about: "events of next year are booked today: no month that is settled stays settled",
    plant: |rules| rules.reading.future = Check::Skipped,
};
