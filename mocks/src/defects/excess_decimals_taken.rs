//! Amounts are rounded to the decimals of their currency.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "excess-decimals-taken",
    about: "100.5 yen are rounded and booked: the operator's sum and the tracker's never agree",
    plant: |rules| rules.reading.decimals = Check::Skipped,
};
