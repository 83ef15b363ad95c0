//! Some acknowledged events never reach the books.

use std::num::NonZeroU32;

use super::Defect;

/// Often enough to show in a short run, seldom enough to be missed by a single try.
const EVERY: Option<NonZeroU32> = NonZeroU32::new(7);

pub(super) const DEFECT: Defect = Defect {
    name: "lost-after-ack",
    about: "every seventh event is acknowledged and forgotten: the operator counts 120 FTDs and the affiliate is paid for 103",
    plant: |rules| rules.loss = EVERY,
};
