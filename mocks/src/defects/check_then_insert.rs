//! Repeated events are recognised by a look that does not hold until the booking.

use super::Defect;
use crate::tracker::rules::Idempotency;

pub(super) const DEFECT: Defect = Defect {
    name: "check-then-insert",
    about: "concurrent duplicates slip between the look and the booking; sequential ones are recognised",
    plant: |rules| rules.idempotency = rules.idempotency.max(Idempotency::CheckThenInsert),
};
