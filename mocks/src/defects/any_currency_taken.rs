//! Currencies that are none are booked.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "any-currency-taken",
    about: "usd and ZZZ are booked as they came: their money has no rate, and no report shows it",
    plant: |rules| rules.reading.currency = Check::Skipped,
};
