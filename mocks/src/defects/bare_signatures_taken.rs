//! A signature in the header need not name its digest.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "bare-signatures-taken",
    about: "a signature without sha256= is taken: nobody can tell which digest was agreed on, and none can be retired",
    plant: |rules| rules.signatures.prefix = Check::Skipped,
};
