//! Events that nobody knows are booked as registrations.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "unknown-event-taken",
    about: "an unknown event is booked as a registration: every login is paid for as a lead",
    plant: |rules| rules.reading.event = Check::Skipped,
};
