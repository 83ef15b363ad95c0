//! The last body under an event id wins.

use super::Defect;
use crate::tracker::rules::Conflict;

pub(super) const DEFECT: Defect = Defect {
    name: "overwrite",
    about: "another body under a known event_id takes the place of the first: a booked deposit changes its amount",
    plant: |rules| rules.conflict = Conflict::Overwrite,
};
