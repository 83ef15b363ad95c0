//! Signatures are not looked at.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "signature-unchecked",
    about: "postbacks are taken with a wrong signature or none",
    plant: |rules| rules.signature = Check::Skipped,
};
