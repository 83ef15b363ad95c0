//! A booking that fails is not tried again and kept nowhere.

use std::num::NonZeroU32;

use super::Defect;

pub(super) const DEFECT: Defect = Defect {
    name: "failed-bookings-vanish",
    about: "there is no redelivery and no DLQ: what fails once on the way into the books is gone",
    plant: |rules| rules.dropped = NonZeroU32::new(13),
};
