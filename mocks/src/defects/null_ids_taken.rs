//! An event id of null, or of nothing, is a text like any other.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "null-ids-taken",
    about: "an event_id of null is the text \"null\": the first event without an id is booked, and all others are its repetition",
    plant: |rules| rules.reading.id = Check::Skipped,
};
