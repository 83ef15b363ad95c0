//! The digest of a signature is guessed from its length.

use super::Defect;
use crate::tracker::rules::Digests;

pub(super) const DEFECT: Defect = Defect {
    name: "digest-by-length",
    about: "HMACs of any digest are taken under sha256=: the weakest digest decides who may book",
    plant: |rules| rules.signatures.digests = Digests::Measured,
};
