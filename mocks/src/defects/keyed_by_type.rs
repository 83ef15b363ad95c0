//! The same id under another event type is another event.

use super::Defect;
use crate::tracker::rules::Keys;

pub(super) const DEFECT: Defect = Defect {
    name: "keyed-by-type",
    about: "one event_id is booked once for each event type: a deposit that is told again as a refund is paid and taken back",
    plant: |rules| rules.keys = Keys::WithEvent,
};
