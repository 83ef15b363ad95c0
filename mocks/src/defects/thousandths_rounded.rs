//! Amounts are kept in hundredths, whatever the currency.

use super::Defect;
use crate::tracker::rules::Amounts;

pub(super) const DEFECT: Defect = Defect {
    name: "thousandths-rounded",
    about: "dinars are kept with two decimals of their three: every deposit in Kuwait is off by a few fils",
    plant: |rules| rules.amounts = Amounts::Hundredths,
};
