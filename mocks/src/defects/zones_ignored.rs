//! Whatever zone an instant has, it is taken for UTC.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "zones-ignored",
    about: "an instant with an offset or no zone is called UTC: events land hours away, on another day's report",
    plant: |rules| rules.reading.zone = Check::Skipped,
};
