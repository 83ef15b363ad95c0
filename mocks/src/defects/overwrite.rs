//! The last body under an event id wins.

use super::Defect;
use crate::tracker::rules::Conflict;

pub(super) const DEFECT: Defect = Defect {
    name: "overwrite",
    about: "another body under a known event id replaces the credit",
    plant: |rules| rules.conflict = Conflict::Overwrite,
};
