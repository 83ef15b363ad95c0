//! Refunds and chargebacks are booked as income.

use super::Defect;
use crate::tracker::rules::Reversals;

pub(super) const DEFECT: Defect = Defect {
    name: "reversals-positive",
    about: "refunds and chargebacks are booked as income: affiliates are paid for money that went back",
    plant: |rules| rules.reversals = Reversals::Positive,
};
