//! Bearer tokens are not looked at.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "token-unchecked",
    about: "bearer tokens are not checked: a signed postback that leaked can be sent by anybody at any time",
    plant: |rules| rules.token = Check::Skipped,
};
