//! Click ids are numbers that follow each other.

use super::Defect;
use crate::tracker::rules::ClickIds;

pub(super) const DEFECT: Defect = Defect {
    name: "counted-click-ids",
    about: "click ids can be counted: an affiliate claims his neighbours' players",
    plant: |rules| rules.redirects.ids = ClickIds::Counted,
};
