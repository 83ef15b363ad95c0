//! Repeated events are not recognised at all.

use super::Defect;
use crate::tracker::rules::Idempotency;

pub(super) const DEFECT: Defect = Defect {
    name: "no-idempotency",
    about: "every delivery is booked again and answered as new: affiliates are paid once for every retry",
    plant: |rules| rules.idempotency = rules.idempotency.max(Idempotency::Absent),
};
