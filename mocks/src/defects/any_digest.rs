//! The sender chooses the digest of the signature.

use super::Defect;
use crate::tracker::rules::Digests;

pub(super) const DEFECT: Defect = Defect {
    name: "any-digest",
    about: "HMACs of MD5, SHA-1 and SHA-512 are taken by their own prefix: the weakest digest decides who may book",
    plant: |rules| rules.signatures.digests = Digests::Named,
};
