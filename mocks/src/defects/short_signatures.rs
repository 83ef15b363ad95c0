//! Only as many digits of a signature are compared as were sent.

use super::Defect;
use crate::tracker::rules::Digits;

pub(super) const DEFECT: Defect = Defect {
    name: "short-signatures",
    about: "a signature of two digits is good when they are right: 256 tries book a deposit",
    plant: |rules| rules.signatures.digits = Digits::Sent,
};
