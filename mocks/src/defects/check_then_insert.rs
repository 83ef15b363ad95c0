//! Repeated events are recognised by a look that does not hold until the booking.

use super::Defect;
use crate::tracker::rules::Idempotency;

pub(super) const DEFECT: Defect = Defect {
    name: "check-then-insert",
    about: "a repetition is looked for before the booking and not with it: duplicates that arrive together are paid twice",
    plant: |rules| rules.idempotency = rules.idempotency.max(Idempotency::CheckThenInsert),
};
