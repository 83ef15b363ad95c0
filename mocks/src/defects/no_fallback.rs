//! Events without an id are new each time.

use super::Defect;
use crate::tracker::rules::Keys;

pub(super) const DEFECT: Defect = Defect {
    name: "no-fallback",
    about: "an event without an id is booked at every retry: networks that send no ids are paid twice",
    plant: |rules| rules.keys = Keys::NamedOnly,
};
