//! Instants are kept in the server's own zone, marked as UTC.

use super::Defect;
use crate::tracker::rules::Instants;

pub(super) const DEFECT: Defect = Defect {
    name: "local-times",
    about: "events are kept in local time and called UTC: days, cohorts and monthly bills move by hours",
    plant: |rules| rules.instants = Instants::Local,
};
