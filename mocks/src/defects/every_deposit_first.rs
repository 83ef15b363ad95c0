//! Every deposit counts as a first one.

use super::Defect;
use crate::tracker::rules::FirstDeposit;

pub(super) const DEFECT: Defect = Defect {
    name: "every-deposit-first",
    about: "there are no FTD rules: repeat and token deposits earn a CPA each",
    plant: |rules| rules.first_deposit = FirstDeposit::Any,
};
