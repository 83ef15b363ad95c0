//! A first deposit may be as small as it likes.

use super::Defect;
use crate::tracker::rules::FirstDeposit;

pub(super) const DEFECT: Defect = Defect {
    name: "minimum-ignored",
    about: "a first deposit below the contract's minimum counts: an affiliate brings players with one euro each",
    plant: |rules| rules.first_deposit = FirstDeposit::Unmeasured,
};
