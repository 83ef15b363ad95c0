//! Bearer tokens are not looked at.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "token-unchecked",
    about: "postbacks are taken with an expired token, a forged one or none",
    plant: |rules| rules.token = Check::Skipped,
};
