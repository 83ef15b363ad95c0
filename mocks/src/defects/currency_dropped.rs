//! Currencies are not kept.

use super::Defect;
use crate::tracker::rules::Currency;

pub(super) const DEFECT: Defect = Defect {
    name: "currency-dropped",
    about: "amounts are booked without their currency",
    plant: |rules| rules.currency = Currency::Dropped,
};
