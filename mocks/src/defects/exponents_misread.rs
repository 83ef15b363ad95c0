//! Numbers are read up to their exponent.

use super::Defect;
use crate::tracker::rules::Exponents;

pub(super) const DEFECT: Defect = Defect {
    name: "exponents-misread",
    about: "1e2 is booked as 1: a sender with another JSON library is paid a hundredth",
    plant: |rules| rules.reading.exponents = Exponents::Dropped,
};
