//! What was told to come again is then taken for a repetition.

use std::num::NonZeroU32;

use super::Defect;

pub(super) const DEFECT: Defect = Defect {
    name: "busy-drops",
    about: "what the rate limit told to come again is answered as known and never booked: conversions vanish at every peak",
    plant: |rules| rules.busy = NonZeroU32::new(11),
};
