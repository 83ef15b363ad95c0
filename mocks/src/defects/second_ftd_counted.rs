//! A deposit is the first one whenever its sender says so.

use super::Defect;
use crate::tracker::rules::FirstDeposit;

pub(super) const DEFECT: Defect = Defect {
    name: "second-ftd-counted",
    about: "every deposit that is sent as the first one is: a player is paid for twice",
    plant: |rules| rules.first_deposit = FirstDeposit::Flagged,
};
