//! Brands are kept in ASCII.

use super::Defect;
use crate::tracker::rules::Brand;

pub(super) const DEFECT: Defect = Defect {
    name: "non-ascii-mangled",
    about: "letters outside of ASCII are kept as question marks: what São Paulo's brand earns is booked to nobody's",
    plant: |rules| rules.brand = Brand::Mangled,
};
