//! Signatures are not looked at.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "signature-unchecked",
    about: "signatures are not checked: whoever has a token can write any amount",
    plant: |rules| rules.signature = Check::Skipped,
};
