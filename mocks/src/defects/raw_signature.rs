//! Signatures are checked over the bytes as they came.

use super::Defect;
use crate::tracker::rules::Cover;

pub(super) const DEFECT: Defect = Defect {
    name: "raw-signature",
    about: "the signature covers the bytes as they came: a proxy that sorts keys has every conversion refused",
    plant: |rules| rules.signatures.cover = Cover::Bytes,
};
