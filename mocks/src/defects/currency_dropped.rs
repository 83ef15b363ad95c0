//! Currencies are not kept.

use super::Defect;
use crate::tracker::rules::Currency;

pub(super) const DEFECT: Defect = Defect {
    name: "currency-dropped",
    about: "the currency of an amount is not kept: 100 yen are paid as 100 dollars",
    plant: |rules| rules.currency = Currency::Dropped,
};
